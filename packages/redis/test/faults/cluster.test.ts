import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { long } from '../../../../testing/long.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { askRedis } from '../ask-redis.ts'
import { clusterClients } from '../clients.ts'
import { startPersistentApp } from '../persistent-app.ts'
import { startCluster } from '../start-cluster.ts'

const reason = await lacksRedis()
const masters = 3

/** An app over a Cluster, with twenty notes, and the master that has them. */
async function startOver(client: (typeof clusterClients)[string], replicas: 0 | 1) {
  const nodes = await startCluster(masters, replicas)
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  })
  const app = await startPersistentApp(() => client(nodes))
  await app.publish(20)
  const ask = (index: number, ...args: string[]): Promise<unknown> =>
    askRedis(nodes[index]?.port ?? 0, ...args)
  const slot = String(await ask(0, 'CLUSTER', 'KEYSLOT', 'notes'))
  const keysAt = async (index: number): Promise<number> =>
    Number(await ask(index, 'CLUSTER', 'COUNTKEYSINSLOT', slot))
  const counts = await Promise.all(Array.from({ length: masters }, (_, index) => keysAt(index)))
  return { ...app, nodes, ask, slot, keysAt, index: counts.findIndex((count) => count > 0) }
}

describe.skipIf(reason)(`Redis Cluster${reason ? `: ${reason}` : ''}`, { timeout: 120_000 }, () => {
  test.each([
    ['node-redis', 'SIGSTOP'],
    ['ioredis', 'SIGKILL'],
    ...(long
      ? ([
          ['node-redis', 'SIGKILL'],
          ['ioredis', 'SIGSTOP'],
        ] as const)
      : []),
  ] as const)(
    'with %s, the node of a channel gets %s: all goes on with its replica, and what was lost is said',
    async (name, signal) => {
      const { nodes, index, keysAt, publish, heals } = await startOver(
        clusterClients[name] as never,
        1,
      )
      await eventually(
        async () => (await keysAt(index + masters)) === (await keysAt(index)),
        20_000,
      )
      await nodes[index]?.signal(signal)
      await publish(20)
      await heals()
    },
  )

  test.each(Object.entries(clusterClients))(
    'with %s, a channel moves to another node: nothing is lost, and nobody begins anew',
    async (_name, client) => {
      const { nodes, slot, index, ask, keysAt, database, publish, heals, resets } = await startOver(
        client,
        0,
      )
      const to = (index + 1) % masters
      const idOf = async (one: number): Promise<string> => String(await ask(one, 'CLUSTER', 'MYID'))
      await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(index))
      await ask(index, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to))
      const publishing = publish(20)
      const port = String(nodes[to]?.port)
      while ((await keysAt(index)) > 0) {
        // oxlint-disable-next-line no-await-in-loop -- one after another
        const keys = (await ask(index, 'CLUSTER', 'GETKEYSINSLOT', slot, '1')) as string[]
        // oxlint-disable-next-line no-await-in-loop
        await ask(index, 'MIGRATE', '127.0.0.1', port, '', '0', '5000', 'KEYS', ...keys)
        // oxlint-disable-next-line no-await-in-loop -- publishes come in between
        await setTimeout(10)
      }
      for (const one of [to, index]) {
        // oxlint-disable-next-line no-await-in-loop
        await ask(one, 'CLUSTER', 'SETSLOT', slot, 'NODE', await idOf(to))
      }
      await publishing
      await heals()
      expect(await keysAt(to)).toBeGreaterThan(database.length)
      expect(resets()).toEqual([])
    },
  )
})
