import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

/** Reads its messages in a loop until one says `leave`; the handler gets the rest. */
export const GET = socket(({ url }) => {
  const id = url.searchParams.get('id')
  return {
    async open(peer) {
      for await (const message of peer) {
        if (message === 'leave') break
        if (message === 'twice') peer[Symbol.asyncIterator]()
        peer.send(`loop ${String(message)}`)
      }
      log(id, 'left')
      peer.send('left')
    },
    message: (peer, data) => peer.send(`handler ${String(data)}`),
    close: (_peer, code) => log(id, `closed ${code}`),
    error: (peer, fault) => peer.send((fault as Error).message),
  }
})
