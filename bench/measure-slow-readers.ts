/* oxlint-disable no-await-in-loop -- one after another, or they would measure each other */
import { root, runServer } from '../testing/run-server.ts'
import { eventually } from '../testing/eventually.ts'
import type { Load } from './app/src/lib/publish-turns.ts'
import { startCrowd } from './crowd.ts'
import type { Delivered } from './crowd/group.ts'
import { publish } from './measure-channels.ts'
import { commandOf, ours, sides } from './sides.ts'
import type { Runtime, Transport } from './sides.ts'

export interface SlowReaderSettings {
  rounds: number
  /** Subscribers of channels on which nothing happens, half of them over each transport. */
  idle: number
  /** Subscribers that stop reading, half of them over each transport. */
  slow: number
  /** Turns of one event, one each 10 ms, on which latency is measured. */
  turns: number
  /** Events of 32 kB that fill what may wait for those who do not read. */
  floods: number
}

/** A round: the same subscribers, with the slow ones there and without. */
export interface SlowReaderRound {
  without: Delivered
  withSlow: Delivered
  /** What the process grew by for each slow reader, in bytes. */
  growth: number
}

export interface SlowReaderMeasured {
  rounds: SlowReaderRound[]
  /** What may wait in one connection, in bytes. */
  maxQueue: number
  /** The process with all idle subscribers, in bytes. */
  idleMemory: number
  /** With the slow ones there, at most, in bytes. */
  peakMemory: number
}

interface Memory {
  rss: number
  maxQueue: number
  connections: number
}

/** Subscribers that are honest, over each transport. */
const honest = 25
const transports: Transport[] = ['sockets', 'streams']

export async function measureSlowReaders(
  runtime: Runtime,
  { rounds, idle, slow, turns, floods }: SlowReaderSettings,
): Promise<SlowReaderMeasured> {
  const { file } = sides.sockets['ours'] as (typeof sides)[Transport][string]
  const server = await runServer({ command: commandOf(runtime, file(runtime)), cwd: root })
  // Those who do not read have a process of their own: what waits there is not what is measured.
  const [crowd, slowCrowd] = await Promise.all([startCrowd(), startCrowd()])
  const { port } = server
  const memory = async (): Promise<Memory> =>
    (await (await fetch(`${server.url}/channels/memory`)).json()) as Memory
  const flood = async (load: Load, id: string): Promise<void> => {
    const values = Object.entries({ ...load, id }).map(([key, is]) => [key, `${is}`])
    await fetch(`${server.url}/channels/publish?${new URLSearchParams(values)}`)
  }
  /** Of the honest ones, while something comes to the channel of the slow ones. */
  async function measure(flooded: string): Promise<Delivered> {
    const load = { turns, perTurn: 1, every: 10, size: 90, id: 'all' }
    const [delivered] = await Promise.all([
      publish(server, load, crowd, 'honest', honest * 2),
      flood({ ...load, size: 1_000 }, flooded),
    ])
    return delivered
  }
  try {
    await crowd.connect('honest', { port, greeting: ours('sockets', 'all'), count: honest })
    await crowd.connect('honest', { port, greeting: ours('streams', 'all'), count: honest })
    for (const transport of transports) {
      const greeting = ours(transport, 'quiet')
      await crowd.connect('idle', { port, greeting, count: idle / 2 })
    }
    await measure('none')
    const { rss: idleMemory, maxQueue, connections } = await memory()
    const measured: SlowReaderMeasured = { rounds: [], maxQueue, idleMemory, peakMemory: 0 }
    for (let round = 0; round < rounds; round++) {
      // Another in each round: whoever comes to a channel is told its state.
      const flooded = `flood ${round}`
      const without = await measure('none')
      const before = await memory()
      for (const transport of transports) {
        const greeting = ours(transport, flooded)
        await slowCrowd.connect('slow', { port, greeting, count: slow / 2 })
      }
      await slowCrowd.stop('slow')
      await flood({ turns: floods, perTurn: 1, every: 5, size: 32_000 }, flooded)
      const full = await memory()
      const withSlow = await measure(flooded)
      const after = await memory()
      measured.peakMemory = Math.max(measured.peakMemory, full.rss, after.rss)
      const growth = (Math.max(full.rss, after.rss) - before.rss) / slow
      measured.rounds.push({ without, withSlow, growth })
      await slowCrowd.end('slow')
      await eventually(async () => (await memory()).connections <= connections, 30_000)
    }
    return measured
  } finally {
    await Promise.all([crowd.close(), slowCrowd.close(), server.stop()])
  }
}
