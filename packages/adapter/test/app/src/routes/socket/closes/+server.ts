import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

export const GET = socket(({ url }) => {
  const id = url.searchParams.get('id')
  return {
    message(peer, data) {
      if (data === 'plain') peer.close()
      if (data === 'long') peer.close(4001, 'ü'.repeat(100))
      if (data === 'bad') {
        for (const code of [999, 1005, 1006, 5000]) {
          try {
            peer.close(code)
          } catch (error) {
            peer.send((error as Error).name + ' ' + (error as { code?: string }).code)
          }
        }
      }
      if (data === 'value') {
        for (const value of [{ a: 1 }, 42, new Uint8Array(new SharedArrayBuffer(1))]) {
          try {
            peer.send(value as never)
          } catch (error) {
            peer.send((error as Error).message)
          }
        }
      }
      if (data === 'after') {
        peer.close(4000)
        log(id, `send after close: ${peer.send('x')}`)
        peer.close(4009)
      }
      if (data === 'terminate') peer.terminate()
    },
    close: (_peer, code, reason) => log(id, `close ${code} ${reason.length}`),
  }
})
