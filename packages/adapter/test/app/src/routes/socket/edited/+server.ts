import { socket } from '@kitrt/ws'
import { edition } from '#lib/server/edition.ts'

const version = 0

/** Edited by the test of hot updates. */
export const GET = socket(() => ({
  open(peer) {
    peer.subscribe('all')
    peer.send(`${version}.${edition}`)
  },
  message: (peer, data) => peer.publish('all', `${version}.${edition} ${String(data)}`),
}))
