import { derived, writable } from '@kitrt/stores'
import { sum } from '#lib/shop.ts'
import type { Item } from '#lib/shop.ts'

const user = writable('', { key: 'user' })
const cart = writable<Item[]>([], { key: 'cart' })

export const carried = { user, cart, total: derived(cart, sum) }

const ownUser = writable('')
const ownCart = writable<Item[]>([])

/** Without keys nothing is carried to the browser. */
export const bare = { user: ownUser, cart: ownCart, total: derived(ownCart, sum) }
