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
  /** How often a hundred events of 8 kB come at most, until the hub says that what may wait for those who do not read is full. */
  floods: number
}

/** A round: the same subscribers, with the slow ones there and without. */
export interface SlowReaderRound {
  without: Delivered
  withSlow: Delivered
  /** What the process grew by for each slow reader, in bytes. */
  growth: number
  /** What waited for each slow reader at the end, in bytes, as the hub says. */
  queued: number
  /** What had come for each until then, in bytes: what the network has not taken, and the queue does not hold, is in the log. */
  told: number
  /** How many slow readers were let go meanwhile. */
  letGo: number
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
  queued: number
  connections: number
}

/** A page of catching up is a hundred events, by which a queue may be fuller than its bound. */
const flood = { turns: 100, perTurn: 1, every: 1, size: 8_000 }
/** Of the bound: a queue takes no more above it, and one that the network has just taken something of is below. */
const full = 0.95

/** Subscribers that are honest, over each transport. */
const honest = 25
const transports: Transport[] = ['sockets', 'streams']

export async function measureSlowReaders(
  runtime: Runtime,
  { rounds, idle, slow, turns, floods }: SlowReaderSettings,
): Promise<SlowReaderMeasured> {
  const { file } = sides.sockets['ours'] as (typeof sides)[Transport][string]
  const server = await runServer({
    command: commandOf(runtime, file(runtime)),
    cwd: root,
    env: { QUEUE_GAUGE: '1' },
  })
  // Those who do not read have a process of their own: what waits there is not what is measured.
  const [crowd, slowCrowd] = await Promise.all([startCrowd(), startCrowd()])
  const { port } = server
  const memory = async (): Promise<Memory> =>
    (await (await fetch(`${server.url}/channels/memory`)).json()) as Memory
  const pour = async (load: Load, id: string): Promise<void> => {
    const values = Object.entries({ ...load, id }).map(([key, is]) => [key, `${is}`])
    await fetch(`${server.url}/channels/publish?${new URLSearchParams(values)}`)
  }
  /** Fills what may wait for the slow ones. */
  async function fill(
    flooded: string,
    slowOnes: number,
  ): Promise<{ told: number; filled: Memory }> {
    let filled = await memory()
    let times = 0
    for (; times < floods && filled.queued < full * slowOnes * filled.maxQueue; times++) {
      await pour(flood, flooded)
      filled = await memory()
    }
    return { told: times * flood.turns * flood.size, filled }
  }
  /** Of the honest ones, while something comes to the channel of the slow ones. */
  async function measure(flooded: string): Promise<Delivered> {
    const load = { turns, perTurn: 1, every: 10, size: 90, id: 'all' }
    const [delivered] = await Promise.all([
      publish(server, load, crowd, 'honest', honest * 2),
      pour({ ...load, size: 1_000 }, flooded),
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
      const { told, filled } = await fill(flooded, slow)
      const withSlow = await measure(flooded)
      const after = await memory()
      measured.peakMemory = Math.max(measured.peakMemory, filled.rss, after.rss)
      const growth = (Math.max(filled.rss, after.rss) - before.rss) / slow
      const letGo = before.connections + slow - after.connections
      const queued = after.queued / Math.max(1, slow - letGo)
      measured.rounds.push({ without, withSlow, growth, queued, told, letGo })
      await slowCrowd.end('slow')
      await eventually(async () => {
        const left = await memory()
        return left.connections <= connections && left.queued === 0
      }, 30_000)
    }
    return measured
  } finally {
    await Promise.all([crowd.close(), slowCrowd.close(), server.stop()])
  }
}
