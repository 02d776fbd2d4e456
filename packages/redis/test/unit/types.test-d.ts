import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { redis } from '../../src/index.ts'

redis(createClient({ url: 'redis://localhost' }))
redis(createClient({ socket: { host: 'localhost' }, RESP: 2 }))
redis(new Redis({ sentinels: [{ host: 'localhost', port: 26_379 }], name: 'main' }))
redis(createCluster({ rootNodes: [] }))
redis(new Cluster([]))
// @ts-expect-error -- the client of Sentinel sends commands in another way
redis(createSentinel({ name: 'main', sentinelRootNodes: [] }))
// @ts-expect-error -- and a pool cannot listen
redis(createClientPool({}))
// @ts-expect-error -- a prefix is text
redis(createClient(), { prefix: 1 })
