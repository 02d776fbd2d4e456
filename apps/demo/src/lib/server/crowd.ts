import { setInterval } from 'node:timers'
import type { ChannelHub } from '@kitrt/core/server'
import { crowd } from '#lib/board.ts'

/** How many pointers move, how often in a second, and how long after they were last asked for, in ms. */
const [many, hertz, lasting] = [200, 30, 30_000]

let timer: ReturnType<typeof setInterval> | undefined

/** Serves pointers that move by themselves while somebody wants them. */
export function serveCrowd(hub: ChannelHub): void {
  const moving = hub.serve(crowd, { subscribe: () => true })()
  let until = 0
  let busy = false
  // A hub that hot reloading has replaced moves none.
  clearInterval(timer)
  timer = undefined

  async function move(): Promise<void> {
    // A server that is too slow for so many moves them less often.
    if (busy) return
    busy = true
    const seconds = Date.now() / 1000
    const at = (index: number, speed: number): number =>
      Math.round(5_000 + 4_800 * Math.sin(index * speed + seconds * (0.3 + (index % 7) / 20))) / 1e4
    try {
      await Promise.all(
        Array.from({ length: many }, (_, index) =>
          moving.publish({ who: `robot ${index + 1}`, x: at(index, 2.4), y: at(index + 50, 1.7) }),
        ),
      )
    } finally {
      busy = false
    }
  }

  function step(): void {
    if (Date.now() < until) return void move().catch(console.error)
    clearInterval(timer)
    timer = undefined
  }

  hub.answer(crowd, {
    start() {
      until = Date.now() + lasting
      timer ??= setInterval(step, 1000 / hertz)
      return lasting
    },
  })
}
