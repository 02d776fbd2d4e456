import { handle as stores } from '@kitrt/stores/server'
import type { RequestEvent } from '@sveltejs/kit'
import { sequence } from '@sveltejs/kit/hooks'
import { get } from 'svelte/store'
import { enter, look } from './lib/look.ts'
import { glimpse, lookAndLog } from './lib/look-and-log.ts'
import { ownOf } from './lib/own-of.ts'
import { pause } from './lib/pause.ts'
import { canary } from './lib/stores.ts'

// By its shape: SvelteKit 3 has moved the type.
type Handle = Parameters<typeof sequence>[number]

/** Ahead of ours, where an ambient context would be seen. */
const before: Handle = async ({ event, resolve }) => {
  const own = ownOf(event)
  const sub = event.isSubRequest ? ' of a sub-request' : ''
  glimpse(`hook before ours${sub}`, own)
  await pause('hook before ours', own)
  glimpse(`hook before ours${sub}`, own)
  const response = await resolve(event)
  glimpse('hook before ours, at its end', own)
  return response
}

const app: Handle = async ({ event, resolve }) => {
  const own = ownOf(event)
  if (!event.isSubRequest) enter(own)
  lookAndLog('hook', own)
  await pause('hook', own)
  if (event.request.headers.get('x-throw') === 'hook') throw new Error('thrown in a hook')
  const response = await resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace('%in-transform%', () => look('transformPageChunk', own)),
    preload: () => (look('preload', own), false),
    filterSerializedResponseHeaders: (name) => (
      look('filterSerializedResponseHeaders', own),
      name === 'x-endpoint'
    ),
  })
  await pause('hook after resolve', own)
  const seen = lookAndLog('hook after resolve', own)
  // What is prerendered, or redirects, has headers of stone.
  const answer = new Response(response.body, response)
  answer.headers.set('x-hook', `${get(canary)} ${seen}`)
  return answer
}

export const handle: Handle = sequence(before, stores, app)

export const handleFetch = async ({
  event,
  request,
  fetch,
}: {
  event: RequestEvent
  request: Request
  fetch: typeof globalThis.fetch
}): Promise<Response> => {
  lookAndLog('handleFetch', ownOf(event))
  return fetch(request)
}

interface Told {
  message: string
}

/** For load functions, components, actions, unknown paths, and for what a hook itself throws. */
export const handleError = ({ event }: { event: RequestEvent }): Told | Promise<Told> => {
  const own = ownOf(event)
  const early = lookAndLog('handleError', own)
  // SvelteKit 3 waits for it only in components that may `await`.
  if (event.route.id === '/break/render') return { message: early }
  return pause('handleError', own).then(() => ({
    message: `${early} ${lookAndLog('handleError', own)}`,
  }))
}
