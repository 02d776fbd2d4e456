import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { createFaultProxy } from '../../../../testing/fault-proxy.ts'
import type { FaultProxy } from '../../../../testing/fault-proxy.ts'
import { lacksRedis, startRedis } from '../../../../testing/redis-server.ts'
import { shows } from '../app-process.ts'
import { askRedis } from '../ask-redis.ts'
import { startApp } from '../start-app.ts'

const reason = await lacksRedis()

async function proxyTo(port: number): Promise<FaultProxy> {
  const proxy = await createFaultProxy(port)
  onTestFinished(() => proxy.close())
  return proxy
}

const portOf = (proxy: FaultProxy): number => Number(new URL(proxy.url).port)

describe.skipIf(reason)(
  `fault 16: Redis has lost what it had${reason ? `: ${reason}` : ''}`,
  () => {
    test('a replica that lagged takes over: who saw what is lost is told to begin anew', async () => {
      let front: FaultProxy | undefined
      const { server, database, one, other, clients } = await startApp({
        // Or it waits 5 s for more replicas.
        settings: ['--repl-diskless-sync-delay', '0'],
        async ports(port) {
          front = await proxyTo(port)
          return [portOf(front), portOf(front)]
        },
      })
      const behind = await proxyTo(server.port)
      const replica = await startRedis('--replicaof', '127.0.0.1', `${portOf(behind)}`)
      onTestFinished(() => replica.stop())
      const lag = async (): Promise<unknown> =>
        (await askRedis(server.port, 'DBSIZE')) === (await askRedis(replica.port, 'DBSIZE'))
      for (const note of ['1', '2']) {
        database.push(note)
        await one.notes.publish(note)
      }
      await eventually(() => clients.every((client) => shows(client, ['1', '2'])))
      await eventually(
        async () =>
          String(await askRedis(replica.port, 'INFO', 'replication')).includes('link_status:up') &&
          lag(),
        20_000,
      )
      const key = 'kitrt:stream:{notes}'
      await eventually(async () => (await askRedis(replica.port, 'XLEN', key)) === 2)
      behind.stall(['down'])
      for (const note of ['3', '4', '5']) {
        database.push(note)
        await other.notes.publish(note)
      }
      await eventually(() => clients.every((client) => shows(client, ['1', '2', '3', '4', '5'])))
      expect(await askRedis(replica.port, 'XLEN', key)).toBe(2)
      await server.signal('SIGKILL')
      await askRedis(replica.port, 'REPLICAOF', 'NO', 'ONE')
      front?.to(replica.port)
      front?.reset()
      // As many as were lost: epoch and offset are the same afterwards.
      for (const note of ['6', '7', '8']) {
        database.push(note)
        await eventually(() => one.notes.publish(note, { key: note }).then(() => true))
      }
      await eventually(() => clients.every((client) => shows(client, database)), 10_000)
      for (const { resets, connections } of clients) {
        expect(resets).toEqual(['fork'])
        expect(connections).toBe(1)
      }
    })

    test('a backup is restored: who saw what is lost is told to begin anew', async () => {
      const { server, database, one, clients } = await startApp()
      database.push('1')
      await one.notes.publish('1')
      await askRedis(server.port, 'SAVE')
      const dump = join(server.folder, 'dump.rdb')
      await copyFile(dump, `${dump}.old`)
      for (const note of ['2', '3']) {
        database.push(note)
        await one.notes.publish(note)
      }
      await eventually(() => clients.every((client) => shows(client, ['1', '2', '3'])))
      await server.signal('SIGKILL')
      await copyFile(`${dump}.old`, dump)
      await server.start()
      await eventually(() => clients.every(({ resets }) => resets.length > 0), 10_000)
      await eventually(() => clients.every((client) => shows(client, database)), 10_000)
      for (const { resets } of clients) expect(resets).toEqual(['fork'])
    })
  },
)
