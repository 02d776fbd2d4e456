import type { RequestEvent } from '@sveltejs/kit'
import type { Readable } from 'svelte/store'
import { createHandle } from './handle.ts'
import { createIsolatedProxy } from './isolated-proxy.ts'
import type { StoreOptions } from './options.ts'

/** What a custom store may be made with. */
export interface StoreContext {
  /** SvelteKit's `fetch` of the request on the server, the browser's own in the browser. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** The request's event on the server; `undefined` in the browser. */
  event: RequestEvent | undefined
}

/**
 * A custom store, or one whose initial value cannot be copied, that may live in a module: made once
 * for each request on the server, once in the browser.
 *
 * ```ts
 * export const todos = defineStore(({ fetch }) => createTodos(fetch), { key: 'todos' })
 * ```
 *
 * With a key, its value comes with the page, and the browser's store is given it by `set`.
 *
 * @param create called for each request that uses the store
 * @throws {KitrtError} on use: `no-scope` outside of any request, `duplicate-key` for a key that another store has
 */
export function defineStore<Store extends Readable<unknown>>(
  create: (context: StoreContext) => Store,
  { key }: StoreOptions = {},
): Store {
  const handle = createHandle<Store>({
    by: defineStore,
    kind: 'custom',
    key,
    create: ({ event }) => create({ event, fetch: event?.fetch ?? globalThis.fetch }),
  })
  return createIsolatedProxy(handle)
}
