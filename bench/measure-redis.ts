/* oxlint-disable no-await-in-loop -- one after another, or they would measure each other */
import { askRedis } from '../packages/redis/test/ask-redis.ts'
import { startRedis } from '../testing/redis-server.ts'
import type { RedisServer } from '../testing/redis-server.ts'
import { root, runServer } from '../testing/run-server.ts'
import type { RunningServer } from '../testing/run-server.ts'
import { startCrowd } from './crowd.ts'
import type { Crowd } from './crowd.ts'
import { cpuTime, publish, restOf, shuffled } from './measure-channels.ts'
import type { ChannelSettings } from './measure-channels.ts'
import { commandOf, redisSides } from './sides.ts'

/** What a round measured of a side: two processes on Node, and the Redis that only they share. */
export interface Crossing {
  /** Events in a second of the clock. */
  perSecond: number
  /** CPU time of an event, in µs: of the process that publishes, of the one that delivers, of Redis, and of all. */
  publisher: number
  reader: number
  redis: number
  cpu: number
  /** From publishing on one process to reading from the other, with time between the turns, in ms. */
  p50: number
  p99: number
}

export interface RedisMeasured {
  subscribers: number
  perTurn: number
  /** Rounds by side, in the same order for each. */
  rounds: Record<string, Crossing[]>
}

interface RunningSide {
  name: string
  redis: RedisServer
  publisher: RunningServer
  reader: RunningServer
}

/** Events in a turn. */
const bursts = [1, 16]

/** Every side, in one run: what one process publishes, to subscribers that are all with another. */
export async function measureRedis(settings: ChannelSettings): Promise<RedisMeasured[]> {
  const measured: RedisMeasured[] = []
  for (const subscribers of settings.subscribers) {
    const found = bursts.map((perTurn): RedisMeasured => ({ subscribers, perTurn, rounds: {} }))
    for (let launch = 0; launch < settings.launches; launch++) {
      await launched(subscribers, async (running, crowd) => {
        for (let round = -settings.warmUp; round < settings.rounds; round++) {
          for (const { perTurn, rounds } of found) {
            for (const side of shuffled(running)) {
              const crossing = await cross(side, crowd, subscribers, perTurn, settings.deliveries)
              if (round >= 0) (rounds[side.name] ??= []).push(crossing)
            }
          }
        }
      })
    }
    measured.push(...found)
  }
  return measured
}

/** Runs every side, with its subscribers. */
async function launched(
  count: number,
  run: (running: RunningSide[], crowd: Crowd) => Promise<void>,
): Promise<void> {
  const crowd = await startCrowd()
  const running: RunningSide[] = []
  try {
    for (const [name, { file, greeting, env }] of Object.entries(redisSides)) {
      const redis = await startRedis()
      const start = (): Promise<RunningServer> =>
        runServer({
          command: commandOf('node', file('node')),
          cwd: root,
          env: { REDIS_URL: redis.url, ...env },
        })
      const [publisher, reader] = [await start(), await start()]
      running.push({ name, redis, publisher, reader })
      await crowd.connect(name, { port: reader.port, greeting, count })
    }
    await run(running, crowd)
  } finally {
    await crowd.close()
    for (const { redis, publisher, reader } of running) {
      await Promise.all([publisher.stop(), reader.stop(), redis.stop()])
    }
  }
}

async function cross(
  { name, redis, publisher, reader }: RunningSide,
  crowd: Crowd,
  subscribers: number,
  perTurn: number,
  deliveries: number,
): Promise<Crossing> {
  const turns = Math.ceil(deliveries / subscribers / Math.sqrt(perTurn))
  const events = turns * perTurn
  const load = { turns, perTurn, every: 0, size: 90 }
  const spent = async (): Promise<number[]> => [
    await cpuTime(publisher),
    await cpuTime(reader),
    await cpuOfRedis(redis),
  ]
  const before = await spent()
  const hurried = await publish(publisher, load, crowd, name, subscribers)
  const after = await spent()
  const [ofPublisher = 0, ofReader = 0, ofRedis = 0] = after.map(
    (ms, index) => ((ms - (before[index] ?? 0)) * 1000) / events,
  )
  // Redis is on the way: longer than where there is none.
  const every = Math.max(5, restOf(subscribers, perTurn))
  const paced = { ...load, turns: Math.min(turns, 200), every }
  const { p50, p99 } = await publish(publisher, paced, crowd, name, subscribers)
  return {
    perSecond: (events / (hurried.at - hurried.began)) * 1000,
    publisher: ofPublisher,
    reader: ofReader,
    redis: ofRedis,
    cpu: ofPublisher + ofReader + ofRedis,
    p50,
    p99,
  }
}

/** The CPU time that a Redis has taken so far, in ms. */
async function cpuOfRedis({ port }: RedisServer): Promise<number> {
  const info = String(await askRedis(port, 'INFO', 'cpu'))
  const seconds = ['sys', 'user'].map((kind) =>
    Number(new RegExp(`^used_cpu_${kind}:([\\d.]+)`, 'm').exec(info)?.[1]),
  )
  return seconds.reduce((sum, one) => sum + one, 0) * 1000
}
