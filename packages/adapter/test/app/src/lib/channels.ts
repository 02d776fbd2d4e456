import { channel } from '@kitrt/core'
import * as v from 'valibot'

const Note = v.object({ id: v.string(), text: v.string(), by: v.string() })
export type Note = v.InferOutput<typeof Note>

/** Everybody may follow and write, but rooms whose name begins with `private`. */
export const room = channel('room', {
  params: v.object({ id: v.pipe(v.string(), v.maxLength(100)) }),
  event: Note,
  publish: v.object({ text: v.pipe(v.string(), v.maxLength(20_000)) }),
  state: {
    init: (): Note[] => [],
    apply: (notes, note) => (notes.some(({ id }) => id === note.id) ? notes : [...notes, note]),
  },
  history: { size: 50 },
})

/** Only the server publishes; there is no state but the events. */
export const ticks = channel('ticks', {
  event: v.object({
    at: v.pipe(
      v.string(),
      v.isoTimestamp(),
      v.transform((text) => new Date(text)),
    ),
  }),
})

/** Many may write; a reader has the events and nothing else. */
export const journal = channel('journal', {
  params: v.object({ id: v.string() }),
  event: v.string(),
  publish: v.string(),
  history: { size: 300 },
})
