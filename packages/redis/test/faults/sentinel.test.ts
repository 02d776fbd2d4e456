import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { lacksRedis, startRedis, startSentinel } from '../../../../testing/redis-server.ts'
import type { RedisServer } from '../../../../testing/redis-server.ts'
import { askRedis } from '../ask-redis.ts'
import { startPersistentApp } from '../persistent-app.ts'

const reason = await lacksRedis()
const name = 'notes-master'

/** A master and its replica, a Sentinel of both, and an app of two processes that knows the Sentinel only. */
async function startWatched() {
  const kept = async (starting: Promise<RedisServer>): Promise<RedisServer> => {
    const server = await starting
    onTestFinished(() => server.stop())
    return server
  }
  // Or it waits 5 s for more replicas.
  const master = await kept(startRedis('--repl-diskless-sync-delay', '0'))
  const replica = await kept(startRedis('--replicaof', '127.0.0.1', `${master.port}`))
  const servers = [master, replica]
  await eventually(
    async () =>
      String(await askRedis(replica.port, 'INFO', 'replication')).includes('link_status:up'),
    20_000,
  )
  const sentinel = await kept(startSentinel(name, master))
  const isMaster = async ({ port }: RedisServer): Promise<boolean> => {
    const at = await askRedis(sentinel.port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)
    return (at as string[])[1] === `${port}`
  }
  await eventually(
    async () =>
      ((await askRedis(sentinel.port, 'SENTINEL', 'REPLICAS', name)) as unknown[]).length === 1,
    20_000,
  )

  const app = await startPersistentApp(
    () =>
      new Redis({
        sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
        name,
        lazyConnect: true,
      }),
  )

  return {
    ...app,
    sentinel,
    /** Who is the master now. */
    async master(): Promise<RedisServer> {
      for (const server of servers) {
        // oxlint-disable-next-line no-await-in-loop -- one of two
        if (await isMaster(server)) return server
      }
      throw new Error('the Sentinel names neither')
    },
    /** Waits until both have all notes. */
    replicated: () =>
      eventually(async () => {
        const lengths = servers.map(({ port }) => askRedis(port, 'XLEN', 'kitrt:stream:{notes}'))
        return (await Promise.all(lengths)).every((length) => length === app.database.length)
      }, 20_000),
  }
}

describe.skipIf(reason)(
  `a fail-over by Sentinel, with ioredis${reason ? `: ${reason}` : ''}`,
  { timeout: 120_000 },
  () => {
    test('the master is killed: all goes on with the replica, and what was lost is said', async () => {
      const { master, publish, replicated, heals } = await startWatched()
      await publish(20)
      await replicated()
      const before = await master()
      const killed = before.signal('SIGKILL')
      await publish(20)
      await killed
      expect((await master()).port).not.toBe(before.port)
      await heals()
    })

    test('an operator changes the master: all goes on with the other, also when the first is gone', async () => {
      const { sentinel, master, publish, replicated, heals } = await startWatched()
      await publish(20)
      await replicated()
      const before = await master()
      await askRedis(sentinel.port, 'SENTINEL', 'FAILOVER', name)
      await eventually(async () => (await master()).port !== before.port, 30_000)
      await publish(20)
      await heals()
      await before.stop()
      await publish(2)
      await heals()
    })
  },
)
