import { produce } from '@kitrt/sse'
import { log } from '#lib/server/log.ts'

/** Emits until it is told not to, and says when nobody can be reading that any more. */
export const GET = produce(
  ({ emit, event: { url } }) => {
    const id = url.searchParams.get('id')
    const data = 'x'.repeat(2 ** 16)
    let sent = 0
    const timer = setInterval(() => {
      for (let burst = 0; burst < 8; burst++) {
        const { error } = emit('message', data)
        if (error) {
          clearInterval(timer)
          setTimeout(() => log(id, 'dropped'), 2_500)
          return log(id, `${error.code} after ${sent}`)
        }
        sent++
      }
    }, 5)
    return () => clearInterval(timer)
  },
  { closeTimeout: 500 },
)
