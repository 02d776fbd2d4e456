import { createHandle } from './handle.ts'
import { createIsolatedProxy } from './isolated-proxy.ts'

/** How an isolated object reaches the browser: with all three, or not at all. */
export type IsolatedOptions<T, Snapshot> =
  | { key?: undefined }
  | {
      /** Names the object in the page. Unique in the app. */
      key: string
      /** Takes the data out of the object, on the server; in the browser when hot reloading makes it again. */
      snapshot: (value: T) => Snapshot
      /** Makes the object of the data, in the browser. */
      restore: (data: Snapshot) => T
    }

/**
 * An object of any kind, such as one with runes or an instance of a class, that may live in a
 * module: made once for each request on the server, once in the browser.
 *
 * ```ts
 * export const session = isolated(() => new Session(), {
 *   key: 'session',
 *   snapshot: (session) => session.toJSON(),
 *   restore: Session.from,
 * })
 * ```
 *
 * On the server it stands for the request's own object, in all that a program can do with it:
 * `#private` members, spread, `in`, `instanceof`, `JSON.stringify`. It cannot be frozen or sealed.
 *
 * @param create called for each request that uses the object
 * @throws {KitrtError} on use: `no-scope` outside of any request, `duplicate-key` for a key that another store has
 */
export function isolated<T extends object, Snapshot = unknown>(
  create: () => T,
  options: IsolatedOptions<T, Snapshot> = {},
): T {
  const { key } = options
  return createIsolatedProxy(
    createHandle<T>({
      by: isolated,
      kind: 'isolated',
      key,
      create: () => create(),
      read: (value) => (options.key === undefined ? undefined : options.snapshot(value)),
    }),
  )
}
