import { afterAll, beforeAll, describe, test } from 'vitest'
import { engineContract } from '@kitrt/core/test'
import { createClient } from 'redis'
import { eventually } from '../../../../testing/eventually.ts'
import { freePort } from '../../../../testing/free-port.ts'
import { lacksRedis, startRedis } from '../../../../testing/redis-server.ts'
import type { RedisServer } from '../../../../testing/redis-server.ts'
import { redis } from '../../src/index.ts'
import { askRedis } from '../ask-redis.ts'

const reason = await lacksRedis()

// One node that has all slots refuses, as many do, what touches the keys of more than one.
describe.skipIf(reason)(`a node of Redis Cluster${reason ? `: ${reason}` : ''}`, () => {
  let server: RedisServer
  beforeAll(async () => {
    const bus = await freePort()
    server = await startRedis('--cluster-enabled', 'yes', '--cluster-port', `${bus}`)
    await askRedis(server.port, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await eventually(async () =>
      String(await askRedis(server.port, 'CLUSTER', 'INFO')).includes('cluster_state:ok'),
    )
  })
  afterAll(() => server.stop())

  const open = () => redis(createClient({ url: server.url }))
  engineContract(
    { describe, test },
    { name: 'cluster', open: () => ({ one: open(), other: open() }) },
  )
})
