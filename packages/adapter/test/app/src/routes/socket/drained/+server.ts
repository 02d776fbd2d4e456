import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

/** Sends 64 MiB, as fast as the other side reads, and never holds more than a few hundred kB. */
export const GET = socket(({ url }) => {
  const id = url.searchParams.get('id')
  const chunk = 'x'.repeat(2 ** 16)
  return {
    async message(peer) {
      let most = 0
      for (let sent = 0; sent < 1024; sent++) {
        const result = peer.send(chunk)
        most = Math.max(most, peer.bufferedAmount)
        if (result === 'queued' && !(await peer.drained())) break
      }
      log(id, `most ${most}`)
      peer.send('done')
    },
    close: async (peer) => log(id, `drained when closed: ${await peer.drained()}`),
  }
})
