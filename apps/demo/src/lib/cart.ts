import { derived, writable } from '@kitrt/stores'

export interface Item {
  name: string
  cents: number
}

/** In a module, and still of one request: on the server nobody else ever sees it. */
export const cart = writable<Item[]>([], { key: 'cart' })

export const total = derived(cart, (items) => items.reduce((sum, { cents }) => sum + cents, 0))
