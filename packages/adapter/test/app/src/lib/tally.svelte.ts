import { isolated } from '@kitrt/stores'

/** State in runes, with a private member. */
class Tally {
  count = $state(0)
  double = $derived(this.count * 2)
  #steps: number[] = []

  add(step: number): this {
    this.#steps.push(step)
    this.count += step
    return this
  }

  static from(count: number): Tally {
    return new Tally().add(count)
  }
}

export const tally = isolated(() => new Tally(), {
  key: 'tally',
  snapshot: ({ count }) => count,
  restore: Tally.from,
})
