import { produce } from '@kitrt/sse'
import { log } from '#lib/server/log.ts'

/** Ends by itself after half a second. */
export const GET = produce(
  ({ emit, event: { url } }) => {
    emit('message', 'young')
    return () => log(url.searchParams.get('id'), 'stop')
  },
  { maxAge: 500 },
)
