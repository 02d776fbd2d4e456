import { get } from 'svelte/store'
import type { Writable } from 'svelte/store'

/** How many of them one sample holds: the clock counts µs. */
export const times = 10_000

type Make = (value: number) => Writable<number>

/** What is done with a store, many times over. Each gives what it did, so that no engine leaves it out. */
export const accesses = {
  get(make: Make) {
    const store = make(1)
    return () => {
      let sum = 0
      for (let index = 0; index < times; index++) sum += get(store)
      return sum
    }
  },
  set(make: Make) {
    const store = make(1)
    return () => {
      for (let index = 0; index < times; index++) store.set(index)
      return store
    }
  },
  subscribe(make: Make) {
    const store = make(1)
    return () => {
      let sum = 0
      for (let index = 0; index < times; index++) store.subscribe((value) => (sum += value))()
      return sum
    }
  },
  /** As a load function or a component does, in each request. */
  make: (make: Make) => () => {
    let last: unknown
    for (let index = 0; index < times; index++) last = make(index)
    return last
  },
}
