import { afterAll, beforeAll, describe, test } from 'vitest'
import { engineContract } from '@kitrt/core/test'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import type { RedisServer } from '../../../../testing/redis-server.ts'
import { redis } from '../../src/index.ts'
import { clusterClients } from '../clients.ts'
import { startCluster } from '../start-cluster.ts'

const reason = await lacksRedis()

describe.skipIf(reason)(`three nodes of Redis Cluster${reason ? `: ${reason}` : ''}`, () => {
  let nodes: RedisServer[] = []
  beforeAll(async () => {
    nodes = await startCluster(3)
  })
  afterAll(() => Promise.all(nodes.map((node) => node.stop())))

  for (const [name, client] of Object.entries(clusterClients)) {
    const open = () => redis(client(nodes), { prefix: `${name}:` })
    engineContract({ describe, test }, { name, open: () => ({ one: open(), other: open() }) })
  }
})
