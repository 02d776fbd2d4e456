import { setTimeout } from 'node:timers/promises'
import { eventually } from '../../../../testing/eventually.ts'
import { startRedis } from '../../../../testing/redis-server.ts'
import { createCrowd } from '../soak/crowd.ts'
import { createOracle } from '../soak/oracle.ts'
import { repeat } from '../soak/repeat.ts'
import { settle } from '../soak/settle.ts'
import { createAttendance } from './attendance.ts'
import type { Delay } from './attendance.ts'
import { runFront } from './front.ts'
import { createGuests } from './guests.ts'
import { startProcesses } from './processes.ts'

export interface FleetOptions {
  /** How long, in ms. */
  duration: number
  clients: number
  channels: number
  /** Publications in a second. */
  rate: number
  /** Channels with presence, of five clients each. */
  halls: number
  /** How long somebody stays who has left, in ms. */
  grace: number
  /** How long it is quiet at most before somebody ends, in ms: a process that begins takes seconds of CPU. @default 2_000 */
  pause?: number | undefined
}

export interface Sailed {
  faults: string[]
  counts: Record<string, number>
  /** Of each end of a process, or of two. */
  delays: Delay[]
}

/** How long clients may take to come, in ms: seconds, and the rest is for a machine that is slow. */
const patience = 60_000

const chance = (share: number): boolean => Math.random() < share
const between = (least: number, most: number): number => least + Math.random() * (most - least)

/**
 * Four processes over one Redis, behind a proxy that hands each request to the next one; they end and begin
 * again at random, under load, and their clients are watched.
 */
export async function fleet({
  duration,
  clients,
  channels,
  rate,
  halls,
  grace,
  pause = 2_000,
}: FleetOptions): Promise<Sailed> {
  const ends: (() => unknown)[] = []
  try {
    const redis = await startRedis()
    ends.push(redis.stop)
    const processes = await startProcesses({ REDIS_URL: redis.url, GRACE: String(grace) })
    ends.push(processes.close)
    const front = await runFront(processes.ports)
    ends.push(front.stop)

    const oracle = createOracle()
    const crowd = createCrowd(`${front.url}/realtime?user=ada`, channels, oracle)
    ends.push(crowd.close)
    const guests = createGuests(`${front.url}/realtime/social`, halls, (error) => {
      oracle.faults.push(`a guest: ${String(error)}`)
    })
    ends.push(guests.close)
    for (let client = 0; client < clients; client++) crowd.come()

    const attendance = createAttendance(guests, front, grace)
    ends.push(attendance.close)
    const counts = { killed: 0, ended: 0 }
    const delays: Delay[] = []
    /** Waits until presence is right, and says where it is late, or never is. */
    async function agree(): Promise<void> {
      try {
        const delay = await attendance.agree()
        delays.push(delay)
        const [presence, allowed] = [delay.presence, delay.allowed].map(Math.round)
        if (delay.presence > delay.allowed) {
          oracle.faults.push(`presence was right after ${presence} ms, not ${allowed}`)
        }
      } catch (error) {
        oracle.faults.push((error as Error).message)
      }
    }
    /** Ends a process, by force or not, and begins it again some time later. */
    async function restart(index: number): Promise<() => Promise<void>> {
      const kills = chance(0.5)
      counts[kills ? 'killed' : 'ended']++
      await processes.stop(index, kills ? 'SIGKILL' : 'SIGTERM')
      return async () => {
        await setTimeout(between(0, 3_000))
        await processes.start(index)
      }
    }

    await eventually(
      () => crowd.members.every(({ following }) => following.status === 'live'),
      patience,
    )
    await agree()
    delays.length = 0
    const begun = performance.now()
    const stop = repeat(rate, crowd.publish)
    ends.push(stop)
    // On a machine that is slow a round takes longer, and an idle run would show nothing.
    while (performance.now() - begun < duration || counts.killed + counts.ended < 2) {
      // oxlint-disable-next-line no-await-in-loop -- one thing after another
      await setTimeout(between(0, pause))
      const some = processes.running
        .toSorted(() => Math.random() - 0.5)
        .slice(0, chance(0.3) ? 2 : 1)
      // oxlint-disable-next-line no-await-in-loop
      const begins = await Promise.all(some.map(restart))
      // Some were with a process that can let go of nobody any more.
      for (let change = 0; change < halls; change++) {
        guests.go()
        guests.come()
      }
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all([agree(), ...begins.map((begin) => begin())])
    }
    const seconds = (performance.now() - begun) / 1000
    stop()
    await settle(front, crowd, oracle)
    await agree()

    // Redis was there all the time, so nobody has anything to begin anew, and no publish fails.
    const { states, told, acked } = oracle.counts
    const { came, failed, published } = crowd.counts
    if (states !== came) oracle.faults.push(`${came} clients got ${states} states`)
    if (failed > 0) oracle.faults.push(`${failed} publications failed`)
    return {
      faults: [...oracle.faults, ...processes.faults],
      counts: {
        ...{ clients: came, told, acked, published, ...counts, ...guests.counts },
        seconds: Math.round(seconds),
        publishedPerSecond: Math.round(published / seconds),
        toldPerSecond: Math.round(told / seconds),
      },
      delays,
    }
  } finally {
    for (const end of ends.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- the other way round
      await end()
    }
  }
}
