import { cart } from '#lib/cart.ts'
import { itemsOf } from '#lib/server/shop.ts'

export const load = async ({ locals }) => {
  const items = await itemsOf(locals.user)
  cart.set(items)
}
