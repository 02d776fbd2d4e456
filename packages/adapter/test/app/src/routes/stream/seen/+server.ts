import { get } from 'svelte/store'
import { produce } from '@kitrt/sse'
import { canary } from '#lib/canary.ts'
import { log } from '#lib/server/log.ts'

/** Ticks until the client leaves, and notes how it learned of that. */
export const GET = produce(({ emit, lock, signal, event: { url } }) => {
  const id = url.searchParams.get('id')
  log(id, 'start')
  let ticks = 0
  const tick = () => {
    ticks++
    emit('tick', get(canary))
  }
  tick()
  const timer = setInterval(tick, 50)
  signal.addEventListener('abort', () => log(id, `abort ${get(canary)}`))
  lock.subscribe((open) => open || log(id, `unlocked ${get(canary)}`))
  return () => {
    clearInterval(timer)
    log(id, `stop ${get(canary)} emit=${emit('late', '').error?.code} ticks=${ticks}`)
  }
})
