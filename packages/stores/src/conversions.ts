import * as svelte from 'svelte/store'
import type { Readable, Updater, Writable } from 'svelte/store'
import { createHandle, handleOf, readableHandle } from './handle.ts'
import type { Handle } from './handle.ts'

/** svelte/store's `readonly`: a store without its `set` and `update`, and still of one request. */
export const readonly: typeof svelte.readonly = <T>(store: Readable<T>): Readable<T> => {
  const handle = handleOf(store) as Handle<Readable<T>> | undefined
  return handle ? readableHandle(handle) : svelte.readonly(store)
}

/**
 * svelte/store's `toStore`: a store of what a function gives. In a module the function is first
 * called when a request uses the store, so it may read what belongs to one.
 */
export const toStore: typeof svelte.toStore = (<T>(get: () => T, set?: (value: T) => void) => {
  const store = readableHandle(
    createHandle<Readable<T>>({
      by: toStore,
      kind: 'converted',
      create: () => svelte.toStore(get),
    }),
  )
  const update = (updater: Updater<T>): void => set?.(updater(get()))
  return set ? Object.assign(store, { set, update }) : store
}) as typeof svelte.toStore

/** svelte/store's `fromStore`: an object whose `current` is the store's value in the request that asks. */
export const fromStore: typeof svelte.fromStore = <T>(
  store: Readable<T> | Writable<T>,
): { current: T } => {
  const kind = handleOf(store)?.name.kind
  if (kind !== 'custom' && kind !== 'isolated') return svelte.fromStore(store as Writable<T>)
  // Whether it can be set, only a request's own store could say.
  return {
    get current() {
      return svelte.get(store)
    },
    set current(value) {
      ;(store as Writable<T>).set(value)
    },
  }
}
