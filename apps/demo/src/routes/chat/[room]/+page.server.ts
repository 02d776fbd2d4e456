import { randomUUID } from 'node:crypto'
import { fail } from '@sveltejs/kit'
import { complaintAbout } from '#lib/server/manners.ts'
import { save } from '#lib/server/messages.ts'
import { roomOf } from '#lib/server/room-of.ts'

export const load = async ({ locals, params }) => {
  const room = roomOf(params.room)
  return {
    room: params.room,
    user: locals.user,
    chat: await room.snapshot(),
    here: await room.members(),
  }
}

export const actions = {
  default: async ({ locals, params, request }) => {
    const room = roomOf(params.room)
    if (!locals.user) return fail(401, { message: 'Say who you are first.' })
    const text = String((await request.formData()).get('text') ?? '').trim()
    if (!text) return fail(400, { message: 'There was nothing to say.' })
    const complaint = complaintAbout(text)
    if (complaint) return fail(422, { message: complaint })
    const message = save(randomUUID(), params.room, locals.user, text.slice(0, 500))
    await room.publish(message, { key: message.id })
  },
}
