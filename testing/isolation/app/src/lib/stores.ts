import { defineStore, derived, isolated, readable, writable } from '@kitrt/stores'
import { writable as plain } from 'svelte/store'
import { Visit } from './visit.ts'

/** Whose request it is. */
export const canary = writable('nobody', { key: 'canary' })

/** Without a key: its value may be read on the server, and may not leave it. */
export const secret = writable('first of secret')

/** Who was here: each place adds a line to the same array. */
export const trail = writable<string[]>([], { key: 'trail' })

export const shout = derived(canary, ($canary) => $canary.toUpperCase())

export const walkers = derived([canary, trail], ([$canary, $trail]) => [
  ...new Set([$canary, ...$trail.map((line) => line.split('@', 1)[0] ?? '')]),
])

export const whisper = derived(secret, ($secret) => `whispered ${$secret}`)

export const started = readable('not started', (set) => set('started'))

export const visit = isolated(() => new Visit(), {
  key: 'visit',
  snapshot: (one) => one.toJSON(),
  restore: Visit.from,
})

/** Without a key, as `secret`. */
export const hidden = isolated(() => new Visit())

/** A custom store that asks SvelteKit's `fetch` of its request. */
export const tray = defineStore(
  ({ fetch }) => {
    const store = plain<string[]>([])
    return {
      subscribe: store.subscribe,
      set: store.set,
      put: (name: string) => store.update((names) => [...names, name]),
      async ask(path: string) {
        const { canary: theirs } = (await (await fetch(path)).json()) as { canary: string }
        store.update((names) => [...names, theirs])
      },
    }
  },
  { key: 'tray' },
)
