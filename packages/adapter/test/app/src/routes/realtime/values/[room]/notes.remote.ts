import { query } from '$app/server'
import * as v from 'valibot'
import { quickRooms } from '#lib/server/hub.ts'

const Id = v.pipe(v.string(), v.maxLength(100))

/** A channel's state, as a live query: now, and after each change. */
export const notesIn = query.live(Id, (id) => quickRooms({ id }).values())

/** The same, passed on by a generator. */
export const countIn = query.live(Id, async function* (id) {
  for await (const notes of quickRooms({ id }).values()) yield notes.length
})
