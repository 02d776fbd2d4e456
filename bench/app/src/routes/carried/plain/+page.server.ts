import { shop } from '#lib/plain.ts'
import { itemsOf } from '#lib/shop.ts'

/** What the stores hold goes to the browser as SvelteKit sends it. */
export const load = ({ cookies }) => {
  const user = cookies.get('user') ?? 'nobody'
  const cart = itemsOf(user)
  shop.user.set(user)
  shop.cart.set(cart)
  return { user, cart }
}
