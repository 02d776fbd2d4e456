import { socket } from '@kitrt/ws'
import { error } from '@sveltejs/kit'

export const GET = socket(({ locals }) => {
  const { user } = locals
  if (!user) error(401, 'Say who you are first.')
  return {
    message: (peer, data) => peer.send(`${user}: ${String(data)}`),
  }
})
