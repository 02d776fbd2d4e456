import { createHub } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { error } from '@sveltejs/kit'
import { lounge } from '#lib/lounge.ts'
import { engine } from './engine.ts'

export const hub = createHub({
  engine,
  user: ({ locals }: RequestEvent) => locals.user && { id: locals.user },
  limits: { spread: 100, heartbeat: 1_500, grace: 3_000 },
})

export const lounges = hub.serve(lounge, {
  subscribe: () => true,
  publish: ({ event: { text }, key }) =>
    text.startsWith('rude') ? error(422, 'Be polite.') : { id: key, text },
  presence: ({ user }) => user && { name: user.id },
})
