import { setTimeout } from 'node:timers/promises'
import { socket } from '@kitrt/ws'

export const GET = socket(() => ({
  async open(peer) {
    await setTimeout(80)
    peer.send('opened')
  },
  async message(peer, data) {
    await setTimeout(Number(data))
    peer.send(data)
  },
}))
