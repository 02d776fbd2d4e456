import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { notes, shows } from '../app-process.ts'
import { startApp } from '../start-app.ts'

const reason = await lacksRedis()
describe.skipIf(reason)(
  `fault 14: Redis is killed and started again${reason ? `: ${reason}` : ''}`,
  () => {
    test('with its log on disk: what is acknowledged is stored once, and everybody has it, without connecting anew', async () => {
      const { server, database, one, clients } = await startApp({
        settings: ['--appendonly', 'yes'],
      })
      const acked: string[] = []
      const failed: string[] = []
      let publishing = true
      async function publishAll(client: (typeof clients)[number], name: string): Promise<void> {
        // oxlint-disable-next-line no-unmodified-loop-condition -- it ends while we wait
        for (let n = 0; publishing; n++) {
          const note = `${name}${n}`
          await client.session.publish(notes, undefined, note).then(
            () => acked.push(note),
            () => failed.push(note),
          )
          // Or it is over the rate of frames that a connection may send.
          await setTimeout(10)
        }
      }
      const publishers = clients.map((client, index) => publishAll(client, 'ab'[index] as string))
      for (let time = 0; time < 2; time++) {
        const before = acked.length
        await eventually(() => acked.length > before + 50)
        await server.signal('SIGKILL')
        await eventually(() => clients.every(({ following }) => following.status === 'stale'))
        await server.start()
        await eventually(
          () => clients.every(({ following }) => following.status === 'live'),
          10_000,
        )
      }
      const before = acked.length
      await eventually(() => acked.length > before + 50)
      publishing = false
      await Promise.all(publishers)
      const stored = (await one.notes.history()).map(({ event }) => event as string)
      expect(acked.filter((note) => !stored.includes(note))).toEqual([])
      expect(new Set(stored).size).toBe(stored.length)
      expect(failed).toEqual([])
      for (const client of clients) {
        await eventually(() =>
          database.every((note) => (client.following.state as string[]).includes(note)),
        )
        expect(new Set(client.told).size).toBe(client.told.length)
        expect(client.resets).toEqual([])
        expect(client.connections).toBe(1)
      }
    })

    test('with nothing on disk: everybody begins anew from the data of the app', async () => {
      const { server, database, one, clients } = await startApp()
      await clients[0].session.publish(notes, undefined, 'before')
      await eventually(() => clients.every((client) => shows(client, ['before'])))
      await server.signal('SIGKILL')
      await expect(one.notes.publish('lost')).rejects.toMatchObject({ code: 'unavailable' })
      database.push('while it was away')
      await server.start()
      await eventually(() => clients.every((client) => shows(client, database)), 10_000)
      await clients[1].session.publish(notes, undefined, 'after')
      await eventually(() => clients.every((client) => shows(client, database)))
      expect(database).toEqual(['before', 'while it was away', 'after'])
      for (const { resets, connections } of clients) {
        expect(resets).toEqual(['epoch'])
        expect(connections).toBe(1)
      }
      // Who is there has taken its lease again.
      await eventually(async () => (await one.notes.members()).count === 2)
    })
  },
)
