import { derived, writable } from 'svelte/store'
import { sum } from '#lib/shop.ts'
import type { Item } from '#lib/shop.ts'

const user = writable('')
const cart = writable<Item[]>([])

/** One for all visitors, as no app should have it: the control of the benchmarks. */
export const shop = { user, cart, total: derived(cart, sum) }
