import { get } from 'svelte/store'
import type { Writable } from 'svelte/store'

/** How many accesses one sample holds: a clock cannot tell a single one. */
export const times = 1_000

/** What is done with a store, many times over. */
export const accesses = {
  get: (store: Writable<number>) => () => {
    let sum = 0
    for (let index = 0; index < times; index++) sum += get(store)
    return sum
  },
  set: (store: Writable<number>) => () => {
    for (let index = 0; index < times; index++) store.set(index)
  },
  subscribe: (store: Writable<number>) => () => {
    let sum = 0
    for (let index = 0; index < times; index++) store.subscribe((value) => (sum += value))()
    return sum
  },
}
