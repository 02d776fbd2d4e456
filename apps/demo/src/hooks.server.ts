import { handle as stores } from '@kitrt/stores/server'
import { sequence } from '@sveltejs/kit/hooks'
import type { Handle } from '@sveltejs/kit/hooks'

const user: Handle = ({ event, resolve }) => {
  event.locals.user = event.cookies.get('user')
  return resolve(event)
}

export const handle = sequence(stores, user)
