import { produce } from '@kitrt/sse'
import { log } from '#lib/server/log.ts'

/** Sends what the test asks for (`?send=[[event, data, id], …]`) and says what `emit` answered. */
export const GET = produce(
  ({ emit, lastEventId, event: { url } }) => {
    const id = url.searchParams.get('id')
    if (lastEventId !== undefined) emit('last', lastEventId)
    for (const [event, data, eventId] of JSON.parse(url.searchParams.get('send') ?? '[]')) {
      const { error } = emit(event, data, { id: eventId })
      log(id, error?.code ?? 'sent')
    }
    emit('nothing', undefined)
    emit('end', '')
  },
  { retry: 1234, headers: { 'x-own': 'yes' } },
)
