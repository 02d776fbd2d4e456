/* oxlint-disable no-await-in-loop -- one after another, or they would measure each other */
import process from 'node:process'
import { root, runServer } from '../testing/run-server.ts'
import type { RunningServer } from '../testing/run-server.ts'
import type { Load } from './app/src/lib/publish-turns.ts'
import { startCrowd } from './crowd.ts'
import type { Crowd } from './crowd.ts'
import type { Delivered } from './crowd/group.ts'
import { commandOf, sides } from './sides.ts'
import type { Runtime, Transport } from './sides.ts'

export interface ChannelSettings {
  /** A process keeps the luck of its start, so a number is of several. */
  launches: number
  rounds: number
  /** Rounds before those, for the runtimes to compile what is hot. */
  warmUp: number
  subscribers: number[]
  /** Deliveries to all subscribers together, of each side in each round. */
  deliveries: number
}

/** What a round measured of a side. */
export interface Fanout {
  /** Deliveries in a second of the server's CPU time. */
  perCpu: number
  /** Deliveries in a second of the clock. */
  perSecond: number
  /** From publishing to reading, with time between the turns, in ms. */
  p50: number
  p99: number
}

/** Rounds by side, in the same order for each. */
export type Rounds = Record<string, Fanout[]>

export interface Measured {
  transport: Transport
  subscribers: number
  perTurn: number
  rounds: Rounds
}

/** Events in a turn. */
const bursts = [1, 16]

/** A turn of the load whose latency is measured comes after so long, in ms: the slowest side is done by then. */
export const restOf = (subscribers: number, perTurn: number): number =>
  Math.ceil((subscribers * perTurn) / 100)

/** Every side of both transports, in one run. */
export async function measureChannels(
  runtime: Runtime,
  settings: ChannelSettings,
): Promise<Measured[]> {
  const measured: Measured[] = []
  for (const subscribers of settings.subscribers) {
    const found: Record<string, Measured> = {}
    for (let launch = 0; launch < settings.launches; launch++) {
      await launched(runtime, subscribers, async (running, crowd) => {
        for (let round = -settings.warmUp; round < settings.rounds; round++) {
          for (const perTurn of bursts) {
            for (const side of shuffled(running)) {
              const fanout = await fanOut(side, crowd, { subscribers, perTurn, settings })
              if (round < 0) continue
              const { transport, name } = side
              const of = (found[`${transport} ${perTurn}`] ??= {
                transport,
                subscribers,
                perTurn,
                rounds: {},
              })
              ;(of.rounds[name] ??= []).push(fanout)
            }
          }
        }
      })
    }
    measured.push(...Object.values(found))
  }
  return measured
}

interface RunningSide {
  transport: Transport
  name: string
  group: string
  server: RunningServer
}

/** Runs every side, with its subscribers. */
async function launched(
  runtime: Runtime,
  count: number,
  run: (running: RunningSide[], crowd: Crowd) => Promise<void>,
): Promise<void> {
  const crowd = await startCrowd()
  const running: RunningSide[] = []
  const close = (): Promise<unknown> =>
    Promise.all([crowd.close(), ...running.map(({ server }) => server.stop())])
  // They have process groups of their own, which Ctrl-C does not reach.
  const end = (): void => void close().finally(() => process.exit(130))
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    for (const transport of ['sockets', 'streams'] as const) {
      for (const [name, { file, greeting }] of Object.entries(sides[transport])) {
        const server = await runServer({ command: commandOf(runtime, file(runtime)), cwd: root })
        const group = `${transport}: ${name}`
        running.push({ transport, name, group, server })
        await crowd.connect(group, { port: server.port, greeting, count })
      }
    }
    await run(running, crowd)
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
    await close()
  }
}

interface Work {
  subscribers: number
  perTurn: number
  settings: ChannelSettings
}

async function fanOut(
  { group, server }: RunningSide,
  crowd: Crowd,
  { subscribers, perTurn, settings: { deliveries } }: Work,
): Promise<Fanout> {
  const turns = Math.ceil(deliveries / subscribers / Math.sqrt(perTurn))
  const load = { turns, perTurn, every: 0, size: 90 }
  const before = await cpuTime(server)
  const hurried = await publish(server, load, crowd, group, subscribers)
  const cpu = (await cpuTime(server)) - before
  const paced = { ...load, turns: Math.min(turns, 10), every: restOf(subscribers, perTurn) }
  const { p50, p99 } = await publish(server, paced, crowd, group, subscribers)
  const delivered = turns * perTurn * subscribers
  return {
    perCpu: (delivered / cpu) * 1000,
    perSecond: (delivered / (hurried.at - hurried.began)) * 1000,
    p50,
    p99,
  }
}

/** Publishes to a group, and waits until all have all. */
export async function publish(
  { url }: RunningServer,
  load: Load & { id?: string },
  crowd: Crowd,
  group: string,
  subscribers: number,
): Promise<Delivered & { began: number }> {
  await crowd.expect(group, load.turns * load.perTurn * subscribers)
  const search = new URLSearchParams(Object.entries(load).map(([key, value]) => [key, `${value}`]))
  const response = await fetch(`${url}/channels/publish?${search}`)
  const { began } = (await response.json()) as { began: number }
  return { began, ...(await crowd.delivered(group)) }
}

/** The CPU time that the server has taken so far, in ms. */
export async function cpuTime({ url }: Pick<RunningServer, 'url'>): Promise<number> {
  return Number(await (await fetch(`${url}/cpu`)).text())
}

/** In an order left to chance: what slows the machine down then meets no side more than another. */
export function shuffled<T>(list: T[]): T[] {
  return list
    .map((value) => ({ value, by: Math.random() }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ value }) => value)
}
