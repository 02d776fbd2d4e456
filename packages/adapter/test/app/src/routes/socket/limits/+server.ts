import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

/** Three at a time, five messages a second, a small buffer that drops. */
export const GET = socket(
  ({ url }) => {
    const id = url.searchParams.get('id')
    return {
      open: (peer) => peer.send('open'),
      message(peer, data) {
        if (data !== 'flood') return peer.send(data)
        const counts: Record<string, number> = {}
        for (let sent = 0; sent < 512; sent++) {
          const result = peer.send('x'.repeat(2 ** 16))
          counts[result] = (counts[result] ?? 0) + 1
        }
        log(id, JSON.stringify(counts))
      },
      close: (_peer, code) => log(id, `closed ${code}`),
    }
  },
  {
    maxConnections: 3,
    rateLimit: { messages: 5 },
    maxBuffered: 2 ** 18,
    overflow: 'drop',
  },
)
