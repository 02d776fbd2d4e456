import { produce } from '@kitrt/sse'

/** Four ticks a second, counted from 1970: an id says which tick, so any server knows the ones that were missed. */
const tick = 250
const now = () => Math.floor(Date.now() / tick)

export const GET = produce(({ emit, lastEventId }) => {
  // What a client missed, but no more than five minutes of it.
  let next = Math.max(Number(lastEventId ?? now()) + 1 || 0, now() - 1200)
  const catchUp = () => {
    for (; next <= now(); next++)
      emit('message', new Date(next * tick).toISOString(), { id: `${next}` })
  }
  catchUp()
  const timer = setInterval(catchUp, tick)
  return () => clearInterval(timer)
})
