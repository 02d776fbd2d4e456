import { produce } from '@kitrt/sse'
import { log } from '#lib/server/log.ts'

/** Says nothing for as long as the test asks; `?beats` leaves the heartbeats as they are by default. */
export const GET = ({ url }) =>
  produce(
    ({ emit }) => {
      const timer = setTimeout(() => emit('late', 'still here'), Number(url.searchParams.get('ms')))
      return () => {
        clearTimeout(timer)
        log(url.searchParams.get('id'), 'stop')
      }
    },
    { ping: url.searchParams.has('beats') ? undefined : 600_000 },
  )
