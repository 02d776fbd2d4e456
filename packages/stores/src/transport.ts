import { KitrtError } from '@kitrt/core'
import { handleOf } from './handle.ts'

/** A keyed store on its way from a load function: its key and its value. */
export type CarriedStore = [key: string, value: unknown]

export interface StoreTransport {
  encode: (value: unknown) => CarriedStore | false
  decode: (carried: CarriedStore) => unknown
}

/**
 * Lets load functions return keyed stores, for `src/hooks.ts`:
 *
 * ```ts
 * export { transport } from '@kitrt/stores'
 * ```
 *
 * In the browser each arrives as one store for its key, for as long as the page lives: it is
 * updated in place when a load function brings it again. With other types of your own, spread it:
 * `export const transport = { ...stores, Vector: … }`.
 */
export const transport: { KitrtStore: StoreTransport } = {
  KitrtStore: {
    encode(value) {
      const handle = handleOf(value)
      if (!handle) return false
      const { kind, key, madeAt } = handle.name
      if (key === undefined || kind === 'isolated') {
        throw new KitrtError(
          'bad-argument',
          `A load function returned the ${kind} store made at ${madeAt}, which cannot be carried to the browser: ${key === undefined ? 'give it a key, or return its value' : 'return its snapshot'}.`,
        )
      }
      return [key, handle.read()]
    },
    // Clients feed what is decoded on the server, in calls of remote functions.
    decode() {
      throw new KitrtError('bad-argument', 'Stores are carried to the browser, never from it.')
    },
  },
}
