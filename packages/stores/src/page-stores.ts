import * as svelte from 'svelte/store'
import type { Readable } from 'svelte/store'
import { hydrated, isHydrated, onLateValue } from './hydrate.ts'

/** A store of the page, with the way to give it what the server says later. */
interface PageStore {
  store: Readable<unknown>
  arrive: (value: unknown) => void
}

/** One store for each key, for as long as the page lives: modules and load functions share them. */
const stores = new Map<string, PageStore>()

/** Begins a store with what the server has said so far, and gives it what the server will say. */
export function adopt<T extends Readable<unknown>>(
  key: string | undefined,
  create: () => T,
  arrive: (store: T, value: unknown) => void,
): T {
  const store = create()
  if (key === undefined) return store
  const known = stores.get(key)
  // A load function may have brought it before its module was loaded; hot reloading makes it again.
  if (known) arrive(store, svelte.get(known.store))
  else if (isHydrated(key)) arrive(store, hydrated(key))
  const page: PageStore = { store, arrive: (value) => arrive(store, value) }
  stores.set(key, page)
  onLateValue(key, page.arrive)
  return store
}

/** A store that a load function has brought: the one of its key, given the new value. */
export function bring(key: string, value: unknown): Readable<unknown> {
  const known = stores.get(key)
  if (!known) {
    return adopt(
      key,
      () => svelte.writable(value),
      (store, later) => store.set(later),
    )
  }
  known.arrive(value)
  return known.store
}
