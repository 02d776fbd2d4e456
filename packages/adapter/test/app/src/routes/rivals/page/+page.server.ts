import { setTimeout } from 'node:timers/promises'
import { writable } from '@kitrt/stores'
import { list, secret } from '#lib/canary.ts'
import { visitsKey } from '#lib/rivals.ts'
import { tally } from '#lib/tally.svelte.ts'

let visits = 0

export const load = async ({ locals }) => {
  const user = locals.user ?? 'nobody'
  await setTimeout(Math.random() * 5)
  secret.set(`secret of ${user}`)
  list.update((items) => [...items, `visit ${++visits}`])
  tally.add(user.length)
  return { visits: writable(visits, { key: visitsKey }), list }
}
