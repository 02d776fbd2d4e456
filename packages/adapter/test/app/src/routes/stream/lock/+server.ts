import { produce } from '@kitrt/sse'
import { log } from '#lib/server/log.ts'

export const GET = produce(({ emit, lock, event: { url } }) => {
  emit('message', 'one')
  lock.set(false)
  lock.set(false)
  emit('message', 'too late')
  return () => log(url.searchParams.get('id'), 'stop')
})
