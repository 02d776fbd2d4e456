import * as svelte from 'svelte/store'
import type { Readable, StartStopNotifier, Writable } from 'svelte/store'
import { hydrated } from './hydrate.ts'
import { splitArguments } from './options.ts'
import type { StoreOptions } from './options.ts'

export { derived } from 'svelte/store'
export type { StoreOptions }

/** In the browser nothing is shared with anybody, so nothing is isolated: these are svelte/store's own, begun with the server's values. */
export function writable<T>(
  value?: T,
  startOrOptions?: StartStopNotifier<T> | StoreOptions,
  options?: StoreOptions,
): Writable<T> {
  const { start, key } = splitArguments(startOrOptions, options)
  return svelte.writable<T>(hydrated(key, value as T), start)
}

/** See {@link writable}. */
export function readable<T>(
  value?: T,
  startOrOptions?: StartStopNotifier<T> | StoreOptions,
  options?: StoreOptions,
): Readable<T> {
  const { start, key } = splitArguments(startOrOptions, options)
  return svelte.readable<T>(hydrated(key, value as T), start)
}

/** No store of the browser belongs to a request. */
export function isIsolated(_value: unknown): boolean {
  return false
}
