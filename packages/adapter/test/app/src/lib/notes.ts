import { derived, writable } from '@kitrt/stores'

/** With a key: its value comes with the page, and the browser goes on from there. */
export const notes = writable<string[]>([], { key: 'notes' })

export const count = derived(notes, ($notes) => $notes.length)

/** Without one: it never leaves the server. */
export const token = writable('')
