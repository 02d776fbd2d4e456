import { bare } from '#lib/isolated.ts'
import { itemsOf } from '#lib/shop.ts'

export const load = ({ cookies }) => {
  const user = cookies.get('user') ?? 'nobody'
  bare.user.set(user)
  bare.cart.set(itemsOf(user))
}
