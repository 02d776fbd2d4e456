import type { IsolatedOptions } from './isolated.ts'

type KeyedOptions<T, Snapshot> = Extract<IsolatedOptions<T, Snapshot>, { key: string }>

/** Reads each keyed object of the page, for the module that hot reloading evaluates in place of its own. */
const snapshots = new Map<string, () => unknown>()

/**
 * Makes an object of what its forerunner holds, or by `make` where there is none. In development
 * only: there a module is evaluated again when it is edited. When the edited code does not take the
 * old data, its error ends the hot update, as any error of an edited module does.
 */
export function carryObject<T extends object, Snapshot>(
  make: () => T,
  { key, snapshot, restore }: KeyedOptions<T, Snapshot>,
): T {
  const forerunner = snapshots.get(key) as (() => Snapshot) | undefined
  const object = forerunner ? restore(forerunner()) : make()
  snapshots.set(key, () => snapshot(object))
  return object
}
