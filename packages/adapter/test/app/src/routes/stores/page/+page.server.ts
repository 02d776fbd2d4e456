import { setTimeout } from 'node:timers/promises'
import { get } from 'svelte/store'
import {
  both,
  canary,
  falsy,
  greeting,
  late,
  list,
  place,
  secret,
  shout,
  started,
  tricky,
  visit,
} from '#lib/canary.ts'
import { Vector } from '#lib/vector.ts'

const wait = () => setTimeout(Math.random() * 8)

export const load = async ({ fetch, locals, url }) => {
  await wait()
  const user = locals.user ?? 'nobody'
  list.update((items) => (items.push(`of ${user}`), items))
  secret.set(`secret of ${user}`)
  falsy.set(null)
  place.set(new Vector(1, user.length))
  tricky.set({
    html: '</script><!--',
    line: '\u2028',
    date: new Date(0),
    map: new Map([['a', 1n]]),
  })
  await wait()
  const inner = await (await fetch('/stores/endpoint')).text()
  visit.add(user)
  await greeting.load()
  const streamed = async () => {
    await setTimeout(40)
    late.set(`late of ${user}`)
    return `${get(canary)} late`
  }
  return {
    seen: [get(canary), get(shout), get(both), get(started), get(secret), inner].join('|'),
    ...(url.searchParams.has('stream') && { streamed: streamed() }),
  }
}

export const actions = {
  default: async () => {
    await wait()
    return { seen: get(canary) }
  },
}
