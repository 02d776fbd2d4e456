import { query } from '$app/server'
import { get } from '@kitrt/stores'
import { notes } from '#lib/notes.ts'

export const lastNote = query(() => get(notes).at(-1) ?? 'none')
