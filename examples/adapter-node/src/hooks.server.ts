import type { Handle } from '@sveltejs/kit/hooks'

export const handle: Handle = ({ event, resolve }) => {
  event.locals.user = event.cookies.get('user')
  return resolve(event)
}
