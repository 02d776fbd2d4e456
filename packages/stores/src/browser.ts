import { DEV } from 'esm-env'
import * as svelte from 'svelte/store'
import type { Readable, StartStopNotifier, Writable } from 'svelte/store'
import type { StoreContext } from './define-store.ts'
import { carryObject } from './hot-objects.ts'
import { hydrated, isHydrated } from './hydrate.ts'
import type { IsolatedOptions } from './isolated.ts'
import { splitArguments } from './options.ts'
import type { StoreOptions } from './options.ts'
import { adopt, bring } from './page-stores.ts'
import { bringChannel } from './bring-channel.ts'
import type { KitrtTransport } from './transport.ts'
import { noteTransporters } from './transporters.ts'
import type { Transporter } from './transporters.ts'

export { derived, fromStore, get, readonly, toStore } from 'svelte/store'
export type {
  Readable,
  StartStopNotifier,
  Subscriber,
  Unsubscriber,
  Updater,
  Writable,
} from 'svelte/store'
export { live } from './live.ts'
export type { IsolatedOptions, StoreContext, StoreOptions }

/** In the browser nothing is shared with anybody, so nothing is isolated: these are svelte/store's own, begun with the server's values. */
export function writable<T>(
  value?: T,
  startOrOptions?: StartStopNotifier<T> | StoreOptions,
  options?: StoreOptions,
): Writable<T> {
  const { start, key } = splitArguments(startOrOptions, options)
  return adopt(
    key,
    () => svelte.writable<T>(value, start),
    (store, next) => store.set(next as T),
  )
}

/** See {@link writable}. */
export function readable<T>(
  value?: T,
  startOrOptions?: StartStopNotifier<T> | StoreOptions,
  options?: StoreOptions,
): Readable<T> {
  return { subscribe: writable(value, startOrOptions as StartStopNotifier<T>, options).subscribe }
}

/** Made at once, and given the server's value by `set`. */
export function defineStore<Store extends Readable<unknown>>(
  create: (context: StoreContext) => Store,
  { key }: StoreOptions = {},
): Store {
  return adopt(
    key,
    () => create({ event: undefined, fetch: (input, init) => globalThis.fetch(input, init) }),
    (store: Store & { set?: (value: unknown) => void }, value) => store.set?.(value),
  )
}

/** The object itself, made of the server's data where the page carries some. */
export function isolated<T extends object, Snapshot = unknown>(
  create: () => T,
  options: IsolatedOptions<T, Snapshot> = {},
): T {
  if (options.key === undefined) return create()
  const { key, restore } = options
  const make = (): T => (isHydrated(key) ? restore(hydrated(key) as Snapshot) : create())
  return DEV ? carryObject(make, options) : make()
}

/** The other end of the server's `transport`. */
export const transport: KitrtTransport = {
  KitrtChannel: {
    encode: () => false,
    decode: bringChannel,
  },
  KitrtStore: {
    // Nothing is carried from the browser.
    encode: () => false,
    decode: ([key, value]) => bring(key, value),
  },
}

/** See the server's. */
export function createTransport<Types extends Record<string, Transporter>>(
  types: Types,
): Types & typeof transport {
  noteTransporters(types)
  return { ...types, ...transport }
}

/** No store of the browser belongs to a request. */
export function isIsolated(_value: unknown): boolean {
  return false
}
