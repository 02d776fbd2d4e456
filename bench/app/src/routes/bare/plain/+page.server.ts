import { shop } from '#lib/plain.ts'
import { itemsOf } from '#lib/shop.ts'

export const load = ({ cookies }) => {
  const user = cookies.get('user') ?? 'nobody'
  shop.user.set(user)
  shop.cart.set(itemsOf(user))
}
