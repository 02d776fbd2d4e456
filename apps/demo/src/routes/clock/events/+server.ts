import { produce } from '@kitrt/sse'

/** Four ticks a second, counted from 1970: any server knows the ones that were missed. */
const length = 250
const now = () => Math.floor(Date.now() / length)

export const GET = produce(({ emit, lastEventId }) => {
  const seen = Math.min(Number(lastEventId) || now(), now())
  // Five minutes are made up for; what is older is said to be lost.
  let tick = Math.max(seen, now() - 1200)
  if (tick > seen) emit('reset', { lost: tick - seen })
  const send = () => {
    while (tick < now()) {
      tick++
      emit('message', new Date(tick * length).toISOString(), { id: `${tick}` })
    }
  }
  send()
  const timer = setInterval(send, length)
  return () => clearInterval(timer)
})
