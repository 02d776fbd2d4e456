import { writable } from '@kitrt/stores'
import { list } from '#lib/canary.ts'

/** A store that the load function makes, and one of a module. */
export const load = ({ locals }) => {
  list.update((items) => [...items, `of ${locals.user}`])
  return { user: writable(locals.user, { key: 'carried-user' }), list }
}
