import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import type { FaultProxy } from '../../../../testing/fault-proxy.ts'
import { freePort } from '../../../../testing/free-port.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { checkEvery, engineTimeout, notes, shows } from '../app-process.ts'
import { startApp } from '../start-app.ts'

const reason = await lacksRedis()

describe.skipIf(reason)(
  `fault 19: a process does not reach Redis${reason ? `: ${reason}` : ''}`,
  () => {
    test('its views say so, its publishes are refused, its members leave; others go on, and all heals', async () => {
      let proxy: FaultProxy | undefined
      const { server, database, one, other, clients } = await startApp({
        async ports(port) {
          proxy = await createFaultProxy(port)
          const { close } = proxy
          onTestFinished(close)
          return [port, Number(new URL(proxy.url).port)]
        },
      })
      const [here, away] = clients
      await eventually(async () => (await one.notes.members()).count === 2)
      // What was sent is lost on the way, and nobody is told.
      proxy?.stall(['up', 'down'])
      proxy?.to(await freePort())
      const begun = performance.now()
      await expect(other.notes.publish('lost')).rejects.toMatchObject({ code: 'unavailable' })
      expect(performance.now() - begun).toBeLessThan(engineTimeout + 2_000)
      await eventually(
        () => away.following.status === 'stale',
        checkEvery * 2 + engineTimeout + 3_000,
      )
      database.push('1')
      await one.notes.publish('1')
      await eventually(() => shows(here, ['1']))
      // A browser's waits until it can be stored.
      const waiting = away.session.publish(notes, undefined, '2')
      await eventually(async () => (await one.notes.members()).count === 1, 10_000)
      await eventually(() => here.following.members.count === 1)
      expect(away.following.status).toBe('stale')
      expect(away.following.state).toEqual([])

      proxy?.to(server.port)
      proxy?.reset()
      await waiting
      await eventually(() => clients.every((client) => shows(client, ['1', '2'])), 10_000)
      await eventually(
        () => clients.every(({ following }) => following.members.count === 2),
        10_000,
      )
      for (const { resets, connections } of clients) {
        expect(resets).toEqual([])
        expect(connections).toBe(1)
      }
    })

    test('connections that stay silent are given up, and made anew', async () => {
      let proxy: FaultProxy | undefined
      const { one, clients } = await startApp({
        // What heals is that the silence is noticed.
        checkEvery: 3_600_000,
        async ports(port) {
          proxy = await createFaultProxy(port)
          const { close } = proxy
          onTestFinished(close)
          return [port, Number(new URL(proxy.url).port)]
        },
      })
      proxy?.stall(['up', 'down'])
      await one.notes.publish('1')
      await eventually(() => clients.every((client) => shows(client, ['1'])), 10_000)
    })
  },
)
