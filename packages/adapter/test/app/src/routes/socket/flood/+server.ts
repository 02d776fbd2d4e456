import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

/** Sends 64 MiB at once to whoever says anything. */
export const GET = socket(({ url }) => {
  const id = url.searchParams.get('id')
  const chunk = 'x'.repeat(2 ** 16)
  return {
    message(peer) {
      const results: Record<string, number> = {}
      let most = 0
      for (let sent = 0; sent < 1024; sent++) {
        const result = peer.send(chunk)
        results[result] = (results[result] ?? 0) + 1
        most = Math.max(most, peer.bufferedAmount)
      }
      log(id, JSON.stringify({ results, most }))
    },
  }
})
