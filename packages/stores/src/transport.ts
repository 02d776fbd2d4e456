import { KitrtError } from '@kitrt/core'
import { carriedChannel } from '@kitrt/core/server'
import type { CarriedChannel } from '@kitrt/core/client'
import { handleOf } from './handle.ts'
import { noteTransporters } from './transporters.ts'
import type { Transporter } from './transporters.ts'

/** A keyed store on its way from a load function: its key and its value. */
export type CarriedStore = [key: string, value: unknown]

/** The state of a channel on its way from a load function. */
export interface ChannelTransport {
  encode: (value: unknown) => CarriedChannel | false
  decode: (carried: CarriedChannel) => unknown
}

/** How load functions return what is live. */
export interface KitrtTransport {
  KitrtStore: StoreTransport
  KitrtChannel: ChannelTransport
}

export interface StoreTransport {
  encode: (value: unknown) => CarriedStore | false
  decode: (carried: CarriedStore) => unknown
}

/**
 * Lets load functions return keyed stores, and what `snapshot()` of a channel gives, for
 * `src/hooks.ts`:
 *
 * ```ts
 * export { transport } from '@kitrt/stores'
 * ```
 *
 * In the browser each arrives as one store for its key, for as long as the page lives: it is
 * updated in place when a load function brings it again. For types of your own see
 * {@link createTransport}.
 */
export const transport: KitrtTransport = {
  KitrtChannel: {
    encode: (value) => carriedChannel(value) ?? false,
    decode() {
      throw new KitrtError('bad-argument', 'Channels are carried to the browser, never from it.')
    },
  },
  KitrtStore: {
    encode(value) {
      const handle = handleOf(value)
      if (!handle) return false
      const { kind, key } = handle.name
      if (key === undefined || kind === 'isolated') {
        throw new KitrtError(
          'bad-argument',
          `A load function returned the ${kind} store made at ${handle.name.madeAt}, which cannot be carried to the browser: ${key === undefined ? 'give it a key, or return its value' : 'return its snapshot'}.`,
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

/**
 * {@link transport} together with types of the app, which keyed stores may then hold too, for
 * `src/hooks.ts`:
 *
 * ```ts
 * export const transport = createTransport({
 *   Vector: {
 *     encode: (value) => value instanceof Vector && [value.x, value.y],
 *     decode: ([x, y]) => new Vector(x, y),
 *   },
 * })
 * ```
 */
export function createTransport<Types extends Record<string, Transporter>>(
  types: Types,
): Types & typeof transport {
  noteTransporters(types)
  return { ...types, ...transport }
}
