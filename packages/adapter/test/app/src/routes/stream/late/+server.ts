import { setTimeout } from 'node:timers/promises'
import { produce } from '@kitrt/sse'
import { log } from '#lib/server/log.ts'

/** Takes its time before it has an event. */
export const GET = produce(async ({ emit, event: { url } }) => {
  const id = url.searchParams.get('id')
  log(id, 'start')
  await setTimeout(Number(url.searchParams.get('ms')))
  const timer = setInterval(() => emit('tick', ''), 20)
  return () => {
    clearInterval(timer)
    log(id, 'stop')
  }
})
