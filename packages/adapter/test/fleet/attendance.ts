import { setTimeout } from 'node:timers/promises'
import { eventually } from '../../../../testing/eventually.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { act } from '../faults/act.ts'
import type { Guests } from './guests.ts'

/** How long it took after an end until each guest saw exactly who was there, in ms. */
export interface Delay {
  /** Until the last guest was live. */
  back: number
  /** From then on. */
  presence: number
  /** What that may be. */
  allowed: number
}

/** Watches whether guests see who is there. */
export interface Attendance {
  /** Waits until they do. Rejects with what is wrong where they never do. */
  agree(): Promise<Delay>
  close(): void
}

/**
 * What the protocol adds to the grace time, in ms: a lease that nobody renews is looked for up to 120
 * after it has ended (`lease-watch.ts`), changes are gathered for 50 (rule 15), and guests are looked
 * at every 20.
 */
const inAll = 200

/**
 * A leave, or a coming, goes from a client by the proxy to a process, to Redis, to each process, to
 * Redis and back, and by the proxy to clients. Each of these may wait as long as a request does that
 * goes by the proxy to a process and to Redis, which is measured meanwhile.
 */
const steps = 5

/** How long clients may take to come back, in ms, and all else. For a machine that is slow: it is measured, and not expected. */
const patience = 60_000

export function createAttendance(
  guests: Guests,
  front: Pick<RunningServer, 'url'>,
  grace: number,
): Attendance {
  const over = new AbortController()
  /** When the request began that is under way, and the longest one since guests were live. */
  let asked = performance.now()
  let longest = 0

  async function ask(): Promise<void> {
    while (!over.signal.aborted) {
      asked = performance.now()
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await act(front, 'journal', { journal: 'nobody' }).catch(() => {})
      longest = Math.max(longest, performance.now() - asked)
      asked = Infinity
      // oxlint-disable-next-line no-await-in-loop
      await setTimeout(100)
    }
  }
  void ask()

  return {
    async agree() {
      const begun = performance.now()
      let live = begun
      longest = 0
      await eventually(() => {
        if (!guests.areLive) {
          live = performance.now()
          longest = 0
        }
        return guests.wrong().length === 0
      }, grace + patience).catch(() => {
        throw new Error(guests.wrong().join('; '))
      })
      const now = performance.now()
      const slowest = Math.max(longest, now - asked)
      return { back: live - begun, presence: now - live, allowed: grace + inAll + steps * slowest }
    },
    close() {
      over.abort()
    },
  }
}
