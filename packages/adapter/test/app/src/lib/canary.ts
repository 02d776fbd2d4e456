import { derived, readable, writable } from '@kitrt/stores'

/** The name of the one whose request it is. */
export const canary = writable('', { key: 'canary' })

export const secret = writable('none')

export const list = writable<string[]>(['first'], { key: 'list' })

export const shout = derived(canary, ($canary) => $canary.toUpperCase())

export const both = derived([canary, list], ([$canary, $list]) => `${$canary}+${$list.length}`)

export const started = readable('before', (set) => set('after'))

export const falsy = writable<number | null>(1, { key: 'falsy' })

export const tricky = writable<unknown>(null, { key: 'tricky' })
