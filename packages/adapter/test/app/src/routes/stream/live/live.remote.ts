import { setTimeout } from 'node:timers/promises'
import { query } from '$app/server'

/** Counts, as SvelteKit streams it. */
export const ticks = query.live(async function* () {
  for (let count = 1; ; count++) {
    yield count
    await setTimeout(10)
  }
})
