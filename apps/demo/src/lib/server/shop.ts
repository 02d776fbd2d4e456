import { setTimeout } from 'node:timers/promises'
import type { Item } from '#lib/cart.ts'

const goods = ['coffee', 'a notebook', 'red socks', 'a lamp', 'oranges', 'a kite']

/** Stands for a database: it takes a moment, in which other requests come and go. */
export async function itemsOf(user = 'nobody'): Promise<Item[]> {
  await setTimeout(Math.random() * 20)
  const seed = Buffer.from(user).reduce((sum, byte) => sum + byte, 0)
  return goods.slice(0, 2 + (seed % 4)).map((name, index) => ({
    name: `${name} for ${user}`,
    cents: 250 + ((seed * (index + 1)) % 900),
  }))
}
