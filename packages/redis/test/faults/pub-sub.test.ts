import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import type { FaultProxy } from '../../../../testing/fault-proxy.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { shows } from '../app-process.ts'
import { askRedis } from '../ask-redis.ts'
import { startApp } from '../start-app.ts'

const reason = await lacksRedis()

/** So long that it is not what heals. */
const never = 3_600_000

describe.skipIf(reason)(
  `fault 18: Redis ends the connection for Pub/Sub${reason ? `: ${reason}` : ''}`,
  () => {
    test('what was missed meanwhile is read when there is another', async () => {
      const { server, one, clients } = await startApp({ checkEvery: never })
      const all: string[] = []
      for (let time = 0; time < 10; time++) {
        const ended = askRedis(server.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub')
        for (let n = 0; n < 20; n++) {
          all.push(`${time}.${n}`)
          await one.notes.publish(`${time}.${n}`)
        }
        expect(await ended).toBe(2)
        await eventually(() => clients.every((client) => shows(client, all)))
      }
      // Heard, and not read after a gap.
      all.push('heard')
      await one.notes.publish('heard')
      await eventually(() => clients.every((client) => shows(client, all)))
      for (const { resets, connections, told } of clients) {
        expect(told).toEqual(all)
        expect(resets).toEqual([])
        expect(connections).toBe(1)
      }
    })

    test('a process that reads too slowly misses nothing, and others do not wait for it', async () => {
      let proxy: FaultProxy | undefined
      const { server, one, clients } = await startApp({
        settings: ['--client-output-buffer-limit', 'pubsub', '64kb', '0', '0'],
        checkEvery: never,
        // It is Redis that ends the connection, not who waits for an answer on it.
        pingEvery: never,
        async ports(port) {
          const made = await createFaultProxy(port)
          onTestFinished(() => made.close())
          proxy = made
          return [port, portOf(made)]
        },
      })
      /** The ports from which somebody listens. */
      const subscribed = async (): Promise<number[]> => {
        const list = String(await askRedis(server.port, 'CLIENT', 'LIST', 'TYPE', 'pubsub'))
        return [...list.matchAll(/ addr=\S+:(\d+) /g)].map(([, port]) => Number(port))
      }
      const listening = await subscribed()
      expect(listening).toHaveLength(2)
      proxy?.stall(['down'], (_index, port) => listening.includes(port ?? 0))
      const all: string[] = []
      const padding = ' '.repeat(50_000)
      await eventually(async () => {
        all.push(`${all.length}${padding}`)
        await one.notes.publish(all.at(-1))
        return (await subscribed()).length === 1
      }, 50_000)
      await eventually(() => shows(clients[0], all))
      expect(clients[1].told.length).toBeLessThan(all.length)
      // It reads on, to the end of the connection.
      proxy?.release()
      await eventually(() => shows(clients[1], all))
      expect(clients[1].told.length).toBe(all.length)
      expect(clients[1].resets).toEqual([])
      expect(clients[1].connections).toBe(1)
    })
  },
)

const portOf = (proxy: FaultProxy): number => Number(new URL(proxy.url).port)
