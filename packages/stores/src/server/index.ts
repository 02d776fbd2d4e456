import type { RequestEvent } from '@sveltejs/kit'
import { insertDataBlock } from './data-block.ts'
import { createScope, scopes } from '../scope.ts'

/** SvelteKit's `Handle`, by its shape: the type moved between SvelteKit 2 and 3. */
type Handle = (input: {
  event: RequestEvent
  resolve: (
    event: RequestEvent,
    options?: { transformPageChunk?: (input: { html: string; done: boolean }) => string },
  ) => Response | Promise<Response>
}) => Promise<Response>

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
  const scope = (event.isSubRequest && scopes.current.getStore()) || createScope()
  scopes.byLocals.set(event.locals, scope)
  return scopes.current.run(scope, () =>
    resolve(event, { transformPageChunk: ({ html }) => insertDataBlock(html, scope) }),
  )
}
