import * as svelte from 'svelte/store'
import type { Readable, StartStopNotifier, Updater, Writable } from 'svelte/store'
import { defineStore } from './define-store.ts'
import { copyInitial, createHandle, isIsolated, readableHandle } from './handle.ts'
import { isolated } from './isolated.ts'
import { splitArguments } from './options.ts'
import type { StoreOptions } from './options.ts'

export { get } from 'svelte/store'
export type {
  Readable,
  StartStopNotifier,
  Subscriber,
  Unsubscriber,
  Updater,
  Writable,
} from 'svelte/store'
export { fromStore, readonly, toStore } from './conversions.ts'
export { defineStore, isIsolated, isolated }
export { live } from './live.ts'
export { createTransport, transport } from './transport.ts'
export type { Transporter } from './transporters.ts'
export type { StoreContext } from './define-store.ts'
export type { IsolatedOptions } from './isolated.ts'
export type { StoreOptions }

/**
 * A writable store that may live in a module: on the server each request has its own, in the
 * browser it is svelte/store's.
 *
 * @param value the initial value, copied for each request
 * @param start as in svelte/store
 * @throws {KitrtError} on use: `no-scope` outside of any request, `not-cloneable` for an initial value that cannot be
 *   copied, `duplicate-key` for a key that another store has
 */
export function writable<T>(value: T, options: StoreOptions): Writable<T>
export function writable<T>(
  value?: T,
  start?: StartStopNotifier<T>,
  options?: StoreOptions,
): Writable<T>
export function writable<T>(
  value?: T,
  startOrOptions?: StartStopNotifier<T> | StoreOptions,
  options?: StoreOptions,
): Writable<T> {
  const { start, key } = splitArguments(startOrOptions, options)
  const kind = 'writable'
  const handle = createHandle<Writable<T>>({
    by: writable,
    kind,
    key,
    create: () => svelte.writable<T>(copyInitial(value as T, { kind, key }), start),
  })
  const { resolve } = handle
  return Object.assign(readableHandle(handle), {
    set: (next: T) => resolve().set(next),
    update: (updater: Updater<T>) => resolve().update(updater),
  })
}

/** A readable store that may live in a module; see {@link writable}. */
export function readable<T>(value: T, options: StoreOptions): Readable<T>
export function readable<T>(
  value?: T,
  start?: StartStopNotifier<T>,
  options?: StoreOptions,
): Readable<T>
export function readable<T>(
  value?: T,
  startOrOptions?: StartStopNotifier<T> | StoreOptions,
  options?: StoreOptions,
): Readable<T> {
  const { start, key } = splitArguments(startOrOptions, options)
  const kind = 'readable'
  return readableHandle<T>(
    createHandle<Readable<T>>({
      by: readable,
      kind,
      key,
      create: () => svelte.readable<T>(copyInitial(value as T, { kind, key }), start),
    }),
  )
}

/** svelte/store's `derived`, which may live in a module; see {@link writable}. */
export const derived: typeof svelte.derived = ((stores: never, map: never, initial?: unknown) => {
  const kind = 'derived'
  // Made once for nothing: what svelte/store refuses, it refuses here and not in some request.
  svelte.derived(stores, map)
  return readableHandle(
    createHandle({
      by: derived,
      kind,
      create: () => svelte.derived(stores, map, copyInitial(initial, { kind, key: undefined })),
    }),
  )
}) as typeof svelte.derived
