import { defineStore, derived, isolated, readable, writable } from '@kitrt/stores'
import { writable as plain } from 'svelte/store'
import { Vector } from './vector.ts'
import { Visit } from './visit.ts'

/** The name of the one whose request it is. */
export const canary = writable('', { key: 'canary' })

export const secret = writable('none')

export const list = writable<string[]>(['first'], { key: 'list' })

export const shout = derived(canary, ($canary) => $canary.toUpperCase())

export const both = derived([canary, list], ([$canary, $list]) => `${$canary}+${$list.length}`)

export const started = readable('before', (set) => set('after'))

export const falsy = writable<number | null>(1, { key: 'falsy' })

export const tricky = writable<unknown>(null, { key: 'tricky' })

export const place = defineStore(() => plain(new Vector(0, 0)), { key: 'place' })

/** Written when the page has already begun to go out. */
export const late = writable('not yet', { key: 'late' })

export const visit = isolated(() => new Visit(), {
  key: 'visit',
  snapshot: (one) => one.toJSON(),
  restore: Visit.from,
})

export const greeting = defineStore(
  ({ fetch }) => {
    const store = plain('')
    return {
      ...store,
      load: async () => store.set(`hello ${await (await fetch('/stores/endpoint')).text()}`),
    }
  },
  { key: 'greeting' },
)
