import { cart } from '#lib/cart.ts'
import { itemsOf } from '#lib/server/shop.ts'

export const load = async ({ locals }) => {
  cart.set(await itemsOf(locals.user))
  return { cart }
}
