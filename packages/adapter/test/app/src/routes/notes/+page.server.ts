import { get } from '@kitrt/stores'
import { notes, token } from '#lib/notes.ts'
import { addNote, notesOf } from '#lib/server/notes.ts'

export const load = async ({ cookies, locals }) => {
  token.set(cookies.get('token') ?? '')
  notes.set(await notesOf(locals.user))
}

export const actions = {
  add: async ({ request, locals }) => {
    const data = await request.formData()
    await addNote(locals.user, String(data.get('text')))
    return { token: get(token) !== '' }
  },
}
