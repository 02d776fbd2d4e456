import { produce } from '@kitrt/sse'
import { log } from '#lib/server/log.ts'

/** Ticks, and ends by itself after half a second. */
export const GET = produce(
  ({ emit, event: { url } }) => {
    emit('message', 'young')
    let ticks = 0
    const timer = setInterval(() => {
      ticks++
      emit('tick', '')
    }, 20)
    return () => {
      clearInterval(timer)
      log(url.searchParams.get('id'), `stop ticks=${ticks}`)
    }
  },
  { maxAge: 500 },
)
