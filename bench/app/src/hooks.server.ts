import { handle as stores } from '@kitrt/stores/server'
import type { Handle } from '@sveltejs/kit/hooks'

/** Both sides of each pair in one process: two processes may differ by more than what is measured. */
export const handle: Handle = ({ event, resolve }) =>
  event.url.pathname.endsWith('/plain') ? resolve(event) : stores({ event, resolve })
