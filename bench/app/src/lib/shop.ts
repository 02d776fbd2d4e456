import type { Readable } from 'svelte/store'

export interface Item {
  name: string
  cents: number
}

/** What each of the pages reads. */
export interface Shop {
  user: Readable<string>
  cart: Readable<Item[]>
  total: Readable<number>
}

export const sum = (items: Item[]): number => items.reduce((cents, item) => cents + item.cents, 0)

/** What a database would give. */
export const itemsOf = (user: string): Item[] =>
  Array.from({ length: 20 }, (_, index) => ({
    name: `Article ${index} for ${user}`,
    cents: 100 + index,
  }))
