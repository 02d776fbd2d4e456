import { reportError } from '@kitrt/core'
import type { KeyedOptions } from './isolated.ts'

/** Reads each keyed object of the page, for the module that hot reloading evaluates in place of its own. */
const snapshots = new Map<string, () => unknown>()

/**
 * Makes an object of what its forerunner holds, or by `make` where there is none. In development
 * only: there a module is evaluated again when it is edited.
 */
export function carryObject<T extends object, Snapshot>(
  make: () => T,
  { key, snapshot, restore }: KeyedOptions<T, Snapshot>,
): T {
  const forerunner = snapshots.get(key) as (() => Snapshot) | undefined
  let object: T | undefined
  try {
    object = forerunner && restore(forerunner())
  } catch (error) {
    // The edited code may not know the old data.
    reportError(error, { stage: `the hot reloading of '${key}', which begins anew` })
  }
  const carried = object ?? make()
  snapshots.set(key, () => snapshot(carried))
  return carried
}
