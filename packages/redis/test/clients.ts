import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import type { RedisClient } from '../src/index.ts'

/** The clients that must work. */
export const clients: Record<string, (port: number) => RedisClient> = {
  'node-redis': (port) => createClient({ url: `redis://127.0.0.1:${port}` }),
  'node-redis, RESP 2': (port) => createClient({ socket: { host: '127.0.0.1', port }, RESP: 2 }),
  ioredis: (port) => new Redis(port, '127.0.0.1', { lazyConnect: true }),
}

/** The clients of a Cluster that must work, by some of its nodes. */
export const clusterClients: Record<string, (nodes: readonly { port: number }[]) => RedisClient> = {
  'node-redis': (nodes) =>
    createCluster({ rootNodes: nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` })) }),
  ioredis: (nodes) =>
    new Cluster(
      nodes.map(({ port }) => ({ port, host: '127.0.0.1' })),
      { lazyConnect: true },
    ),
}
