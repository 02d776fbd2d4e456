import { say } from '#lib/server/room.ts'
import { fail } from '@sveltejs/kit'

export const load = ({ locals, params }) => ({ room: params.room, user: locals.user })

export const actions = {
  default: async ({ locals, params, request }) => {
    if (!locals.user) return fail(401, { message: 'Say who you are first.' })
    const text = String((await request.formData()).get('text') ?? '').trim()
    if (!text) return fail(400, { message: 'There was nothing to say.' })
    say(params.room, `${locals.user} (by form): ${text.slice(0, 500)}`)
  },
}
