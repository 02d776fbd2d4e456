import { socket } from '@kitrt/ws'

export const GET = socket(() => ({ message: (peer, data) => peer.send(data) }))
