import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

export const GET = socket(({ url }) => {
  const id = url.searchParams.get('id')
  log(id, 'route')
  return {
    open: () => log(id, 'open'),
    message: (peer, data) => {
      peer.send(data)
    },
    close: (_peer, code, reason) => log(id, `close ${code} ${reason}`),
  }
})
