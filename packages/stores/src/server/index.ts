import { getRequestEvent } from '$app/server'
import { beginRequestsAtBoot, currentEvent } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { DEV } from 'esm-env'
import { dev } from '../dev.ts'
import { createScope, scopes } from '../scope.ts'
import type { Scope } from '../scope.ts'
import { insertDataBlock, lateDataBlock } from './data-block.ts'
import type { Told } from './data-block.ts'

beginRequestsAtBoot()

/** SvelteKit's `Handle`, by its shape: the type moved between SvelteKit 2 and 3. */
type Handle = (input: {
  event: RequestEvent
  resolve: (
    event: RequestEvent,
    options?: { transformPageChunk?: (input: { html: string; done: boolean }) => string },
  ) => Response | Promise<Response>
}) => Promise<Response>

currentEvent.get = () => {
  try {
    return getRequestEvent()
  } catch {
    return undefined
  }
}

/**
 * Gives each request its own stores, and puts the values of the keyed ones into its page. First in
 * `src/hooks.server.ts`:
 *
 * ```ts
 * import { handle as stores } from '@kitrt/stores/server'
 * export const handle = sequence(stores, yours)
 * ```
 */
export const handle: Handle = async ({ event, resolve }) => {
  // Always a new scope, whatever the context holds: only a request made by `event.fetch` shares
  // that of its parent (see `atBoot` in core for what else the context could hold).
  const scope = (event.isSubRequest && scopes.current.getStore()) || createScope(event)
  scopes.served = true
  scopes.byLocals.set(event.locals, scope)
  let told: Told | undefined
  const transformPageChunk = ({ html }: { html: string }): string => {
    if (DEV) dev.rendered?.(scope)
    return scope.keyed ? insertDataBlock(html, scope, (told ??= new Map())) : html
  }
  const response = await scopes.current.run(scope, () => resolve(event, { transformPageChunk }))
  return isStreamedPage(response) ? withLateValues(response, scope, told ?? new Map()) : response
}

/** SvelteKit knows the length of every page but those that stream promises. */
function isStreamedPage(response: Response): boolean {
  const { headers } = response
  return (
    !headers.has('content-length') &&
    (headers.get('content-type')?.startsWith('text/html') ?? false) &&
    // Last: asked for it, Deno and Bun make a stream of a text: 5 and 3 µs of a page's 140.
    response.body !== null
  )
}

/** Adds what was written after the head of a streamed page to its end. */
function withLateValues(response: Response, scope: Scope, told: Told): Response {
  const late = new TransformStream<Uint8Array, Uint8Array>({
    flush(controller) {
      const block = scopes.current.run(scope, () => lateDataBlock(scope, told))
      if (block) controller.enqueue(new TextEncoder().encode(block))
    },
  })
  return new Response(response.body?.pipeThrough(late), response)
}
