import { say } from '#lib/server/room.ts'
import { socket } from '@kitrt/ws'
import { error } from '@sveltejs/kit'
import type { RequestEvent } from './$types'

export const GET = socket(({ locals, params }: RequestEvent) => {
  const { user } = locals
  if (!user) error(401, 'Say who you are first.')
  return {
    open: (peer) => peer.send(`Welcome to ${params.room}, ${user}.`),
    message(_peer, data) {
      if (typeof data === 'string') say(params.room, `${user}: ${data.slice(0, 500)}`)
    },
  }
})
