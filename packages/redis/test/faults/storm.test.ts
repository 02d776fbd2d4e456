import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { createSession } from '@kitrt/core/client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import { lacksRedis, startRedis } from '../../../../testing/redis-server.ts'
import { createRandom } from '../../../core/test/simulation/random.ts'
import { notes, startAppProcess } from '../app-process.ts'
import type { AppProcess } from '../app-process.ts'
import { askRedis } from '../ask-redis.ts'
import { directTransport } from '../direct-transport.ts'

const reason = await lacksRedis()

/** How long it goes on, in ms; the seed of its chances, which time has its own part in. */
const { STORM_MS = '10000', STORM_SEED = '1' } = process.env

describe.skipIf(reason)(
  `all faults of Redis and of processes${reason ? `: ${reason}` : ''}`,
  () => {
    test(`in a storm of ${STORM_MS} ms nothing is lost, nothing comes twice, and the order is one`, async () => {
      const random = createRandom(Number(STORM_SEED))
      const server = await startRedis('--appendonly', 'yes')
      onTestFinished(() => server.stop())
      const database: string[] = []
      const links = new Map<() => void, AppProcess['hub']>()
      const houses: { app: AppProcess; proxy: Awaited<ReturnType<typeof createFaultProxy>> }[] = []
      async function startHouse(): Promise<void> {
        const proxy = await createFaultProxy(server.port)
        const app = startAppProcess(Number(new URL(proxy.url).port), database)
        houses.push({ app, proxy })
        onTestFinished(async () => {
          await app.stop()
          await proxy.close()
        })
      }
      for (let n = 0; n < 3; n++) await startHouse()

      const hub = () => (houses.length > 0 ? random.pick(houses).app.hub : undefined)
      const acked: string[] = []
      const failed: string[] = []
      const clients = Array.from({ length: 12 }, (_, index) => {
        const seen = { connections: 0, resets: [] as string[] }
        const poster = index % 2 ? hub : undefined
        const session = createSession({
          url: 'http://localhost/realtime',
          transports: [directTransport({ user: `user ${index}`, hub, poster, seen, links })],
          onError() {},
          maxWaiting: 1_000,
        })
        onTestFinished(() => session.close())
        const told: string[] = []
        const { following } = session.follow(notes, undefined, {
          changed() {},
          event: (event) => void told.push(event as string),
        })
        return { session, following, told, seen }
      })

      let over = false
      const writers = clients.slice(0, 6).map(async ({ session }, index) => {
        // oxlint-disable-next-line no-unmodified-loop-condition -- it ends while we wait
        for (let n = 0; !over; n++) {
          const note = `${index}.${n}`
          session.publish(notes, undefined, note).then(
            () => acked.push(note),
            () => failed.push(note),
          )
          await setTimeout(random.between(20, 80))
        }
      })

      const faults: Record<string, () => unknown> = {
        async 'a process is killed'() {
          const [{ app, proxy } = random.pick(houses)] = houses.splice(random.between(0, 2), 1)
          proxy.reset()
          for (const [cut, of] of [...links]) if (of === app.hub) cut()
          await app.kill()
          await startHouse()
        },
        async 'Redis is killed'() {
          await server.signal('SIGKILL')
          await setTimeout(random.between(0, 300))
          await server.start()
        },
        async 'Redis is frozen'() {
          await server.signal('SIGSTOP')
          await setTimeout(random.between(100, 2_500))
          await server.signal('SIGCONT')
        },
        'Pub/Sub is ended': () => askRedis(server.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub'),
        'connections are reset': () => random.pick(houses).proxy.reset(() => random.chance(0.7)),
        'connections are silent': () =>
          random
            .pick(houses)
            .proxy.stall(random.chance(0.5) ? ['down'] : ['up', 'down'], () => random.chance(0.7)),
        'clients are cut': () => {
          for (const cut of [...links.keys()]) if (random.chance(0.3)) cut()
        },
      }
      const end = performance.now() + Number(STORM_MS)
      while (performance.now() < end) {
        await faults[random.pick(Object.keys(faults))]?.()
        await setTimeout(random.between(50, 600))
      }
      over = true
      await Promise.all(writers)
      for (const { proxy } of houses) proxy.reset()
      await eventually(() => acked.length + failed.length > 0, 5_000)
      await eventually(
        () =>
          clients.every(
            ({ following }) =>
              following.status === 'live' &&
              (following.state as string[]).length === database.length,
          ),
        30_000,
      )
      await eventually(() => acked.length === database.length, 10_000)

      expect(failed).toEqual([])
      expect(new Set(acked).size).toBe(acked.length)
      const history = await eventually(() => houses[0]?.app.notes.history())
      const stored = history.map(({ event }) => event as string)
      expect(new Set(stored).size).toBe(stored.length)
      const order = new Map(stored.map((note, index) => [note, index]))
      for (const { told, following, seen } of clients) {
        expect((following.state as string[]).toSorted()).toEqual(database.toSorted())
        expect(new Set(told).size).toBe(told.length)
        const places = told.flatMap((note) => order.get(note) ?? [])
        expect(places).toEqual(places.toSorted((one, other) => one - other))
        // The log is on disk, and all of it is kept: there is nothing to begin anew for.
        expect(seen.resets).toEqual([])
      }
      expect(database.length).toBeGreaterThan(20)
    }, 240_000)
  },
)
