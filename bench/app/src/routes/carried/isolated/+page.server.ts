import { carried } from '#lib/isolated.ts'
import { itemsOf } from '#lib/shop.ts'

export const load = ({ cookies }) => {
  const user = cookies.get('user') ?? 'nobody'
  carried.user.set(user)
  carried.cart.set(itemsOf(user))
}
