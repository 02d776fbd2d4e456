import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { shows } from '../app-process.ts'
import { askRedis } from '../ask-redis.ts'
import { startApp } from '../start-app.ts'

const reason = await lacksRedis()

describe.skipIf(reason)(`fault 17: keys are gone${reason ? `: ${reason}` : ''}`, () => {
  for (const [name, command] of [
    ['all of them', ['FLUSHALL']],
    ['the one that says where the log is', ['DEL', 'kitrt:meta:{notes}']],
  ] as const) {
    test(`${name}: the log is another, and everybody begins anew from the data of the app`, async () => {
      const { server, database, one, clients } = await startApp()
      database.push('1', '2')
      for (const note of ['1', '2']) await one.notes.publish(note)
      await eventually(() => clients.every((client) => shows(client, ['1', '2'])))
      await askRedis(server.port, ...command)
      database.push('3')
      await one.notes.publish('3')
      expect((await one.notes.history()).map(({ event }) => event)).toEqual(['3'])
      await eventually(() => clients.every((client) => shows(client, ['1', '2', '3'])))
      for (const { resets, connections } of clients) {
        expect(resets).toEqual(['epoch'])
        expect(connections).toBe(1)
      }
      // Leases are renewed, and with that taken again.
      await eventually(async () => (await one.notes.members()).count === 2)
    })
  }

  test('the entries alone: who lacks some is told to begin anew, and nobody else', async () => {
    const { server, database, one, other, clients } = await startApp()
    database.push('1', '2')
    for (const note of ['1', '2']) await one.notes.publish(note)
    await eventually(() => clients.every((client) => shows(client, ['1', '2'])))
    const [begun] = await one.notes.history()
    await askRedis(server.port, 'DEL', 'kitrt:stream:{notes}')
    expect(await other.engine.read('notes', begun?.position, 10)).toMatchObject({ entries: [] })
    database.push('3')
    await one.notes.publish('3')
    await eventually(() => clients.every((client) => shows(client, ['1', '2', '3'])))
    for (const { resets } of clients) expect(resets).toEqual([])
  })
})
