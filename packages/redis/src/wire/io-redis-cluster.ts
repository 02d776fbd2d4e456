import { clusterWire } from './cluster.ts'
import { ioRedisWire } from './io-redis.ts'
import type { IoRedis } from './io-redis.ts'
import type { OpenWire } from './wire.ts'

/** A `Cluster` of `ioredis`, as far as it is used: it is copied, and not connected itself. */
export interface IoRedisCluster {
  call(command: string, ...args: string[]): Promise<unknown>
  /** What tells it from an {@link IoRedis}. */
  nodes(role: 'master'): IoRedis[]
  duplicate(nodes: never[], options: object): IoRedisClusterDuplicate
}

/** A copy of an {@link IoRedisCluster}. */
export interface IoRedisClusterDuplicate {
  connect(): Promise<unknown>
  call(command: string, ...args: string[]): Promise<unknown>
  nodes(role: 'master'): IoRedis[]
  on(event: 'error' | 'end', listener: (error?: unknown) => void): unknown
  disconnect(): void
}

/** @param timeout how long a node may take to answer, in ms */
export const ioRedisClusterWire = (template: IoRedisCluster, timeout: number): OpenWire =>
  clusterWire((lost) => {
    const client = template.duplicate([], {
      lazyConnect: true,
      clusterRetryStrategy: () => null,
      // What a node has not answered it may have done.
      retryDelayOnFailover: 0,
      // A node that is frozen tells nobody who has its slots now.
      slotsRefreshInterval: timeout,
      scaleReads: 'master',
      keyPrefix: '',
      redisOptions: {
        socketTimeout: timeout,
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: null,
        keyPrefix: '',
      },
    })
    client.on('error', lost)
    client.on('end', lost)
    return {
      ready: client.connect(),
      send: (command, ...args) => client.call(command, ...args),
      // A node that does not answer is left alone, by `socketTimeout`.
      ping: async () => {},
      async node() {
        const nodes = client.nodes('master')
        const node = nodes[Math.floor(Math.random() * nodes.length)]
        if (!node) throw new Error('The Cluster has no node.')
        return ioRedisWire(node)
      },
      end: () => client.disconnect(),
    }
  })
