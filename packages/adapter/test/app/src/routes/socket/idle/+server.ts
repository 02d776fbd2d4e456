import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

/** Finds a peer that has vanished within 1.5 s. */
export const GET = socket(
  ({ url }) => {
    const id = url.searchParams.get('id')
    return {
      open: (peer) => peer.send('open'),
      message: (peer, data) => peer.send(data),
      close: (_peer, code, reason) => log(id, `closed ${code} '${reason}'`),
    }
  },
  { idleTimeout: 1000 },
)
