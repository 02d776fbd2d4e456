import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

/** As fast as anybody likes. */
export const GET = socket(
  ({ url }) => {
    const id = url.searchParams.get('id')
    return {
      message(peer, data) {
        peer.send(data)
      },
      close: (_peer, code) => log(id, `close ${code}`),
    }
  },
  { rateLimit: { messages: Infinity, bytes: Infinity } },
)
