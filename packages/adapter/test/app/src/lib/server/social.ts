import process from 'node:process'
import { createHub } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { error } from '@sveltejs/kit'
import { desk, diary, hall, pointers, typing } from '#lib/social.ts'
import { engine } from './engine.ts'

/** How often the signal of a call was aborted, and how many wait. */
export const waits = { begun: 0, aborted: 0 }
/** Until when each reader of a diary may read, and since when, in ms. */
export const terms = new Map<string, { after?: number; expires?: number }>()

export const hub = createHub({
  engine,
  user: ({ url }: RequestEvent) => {
    const id = url.searchParams.get('user')
    const session = Number(url.searchParams.get('session') ?? Infinity)
    if (Date.now() > session) error(401, 'Your session is over.')
    return id === null ? undefined : { id, expires: Number.isFinite(session) ? session : undefined }
  },
  limits: {
    spread: 50,
    grace: Number(process.env['GRACE'] ?? 1_000),
    maxMembers: 5,
    callTimeout: 2_000,
  },
})

export const allPointers = hub.serve(pointers, {
  subscribe: () => true,
  publish: ({ event }) => event,
})
hub.serve(typing, {
  subscribe: () => true,
  publish: ({ user }) => (user ? { who: user.id } : false),
})
export const halls = hub.serve(hall, {
  subscribe: () => true,
  presence({ user, meta }) {
    if (meta?.name === 'ghost') return false
    return meta ?? { name: user?.id ?? '' }
  },
})
hub.serve(desk, { subscribe: ({ params: { id } }) => id !== 'private' })
hub.answer(desk, {
  add: ({ input: [one, other] }) => one + other,
  async wait({ signal }) {
    waits.begun++
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    waits.aborted++
    return null
  },
  refuse: () => error(409, 'Somebody was faster.'),
  break: () => {
    throw new Error('a secret of the app')
  },
})
export const diaries = hub.serve(diary, {
  subscribe: ({ user }) => terms.get(user?.id ?? '') ?? true,
})
