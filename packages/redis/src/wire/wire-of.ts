import { ioRedisClusterWire } from './io-redis-cluster.ts'
import type { IoRedisCluster } from './io-redis-cluster.ts'
import { ioRedisWire } from './io-redis.ts'
import type { IoRedis } from './io-redis.ts'
import { nodeRedisClusterWire } from './node-redis-cluster.ts'
import type { NodeRedisCluster } from './node-redis-cluster.ts'
import { nodeRedisWire } from './node-redis.ts'
import type { NodeRedis } from './node-redis.ts'
import type { OpenWire } from './wire.ts'

/** What may be given to `redis`. */
export type RedisClient = NodeRedis | NodeRedisCluster | IoRedis | IoRedisCluster

/** @param timeout how long a node of a Cluster may take to answer, in ms */
export function wireOf(client: RedisClient, timeout: number): OpenWire {
  if ('nodes' in client) return ioRedisClusterWire(client, timeout)
  if ('getRandomNode' in client) return nodeRedisClusterWire(client)
  return 'call' in client ? ioRedisWire(client) : nodeRedisWire(client)
}
