import { socket } from '@kitrt/ws'
import { log } from '#lib/server/log.ts'

const fall = (async: boolean, where: string): unknown => {
  if (async) return Promise.reject(new Error(where))
  throw new Error(where)
}

/** `?in=open|message|close|error`, `&async`, `&caught`. */
export const GET = socket(({ url: { searchParams: asked } }) => {
  const id = asked.get('id')
  const fault = (where: string) => asked.get('in') === where && fall(asked.has('async'), where)
  return {
    open: () => fault('open'),
    message: (peer, data) => fault('message') || peer.send(data),
    close: (_peer, code) => {
      log(id, `close ${code}`)
      return fault('close')
    },
    ...(asked.has('caught') && {
      error(peer, error) {
        log(id, `error ${(error as Error).message}`)
        if (asked.get('caught') === 'badly') throw new Error('error handler')
        peer.send(`caught ${(error as Error).message}`)
      },
    }),
  }
})
