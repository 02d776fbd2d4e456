import type { Engine } from '../engine.ts'
import type { Room } from './room.ts'

/** How many channels are asked for at once: a command of an engine has its bounds. */
const chunk = 500

/**
 * Looks, every `every` ms give or take a third, whether rooms have missed something (rule 4).
 *
 * @returns the end of it
 */
export function watchRooms(
  rooms: ReadonlyMap<string, Room>,
  engine: Engine,
  every: number,
  onFault: (error: unknown) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout>
  let stopped = false

  async function look(): Promise<void> {
    const all = [...rooms.values()]
    // oxlint-disable-next-line no-unmodified-loop-condition -- somebody else ends it while we wait
    for (let begin = 0; begin < all.length && !stopped; begin += chunk) {
      const some = all.slice(begin, begin + chunk)
      try {
        // oxlint-disable-next-line no-await-in-loop
        const lasts = await engine.lasts(some.map(({ key }) => key))
        for (const [index, last] of lasts.entries()) some[index]?.compare(last)
      } catch (error) {
        onFault(error)
        for (const room of some) room.lost()
      }
    }
    arm()
  }

  function arm(): void {
    if (stopped) return
    timer = setTimeout(() => void look(), every * (2 / 3 + Math.random() * (2 / 3)))
    ;(timer as { unref?: () => void }).unref?.()
  }

  arm()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
