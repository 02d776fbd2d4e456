import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { IoRedis, NodeRedis } from '../src/index.ts'

/** The clients that must work. */
export const clients: Record<string, (port: number) => NodeRedis | IoRedis> = {
  'node-redis': (port) => createClient({ url: `redis://127.0.0.1:${port}` }),
  'node-redis, RESP 2': (port) => createClient({ socket: { host: '127.0.0.1', port }, RESP: 2 }),
  ioredis: (port) => new Redis(port, '127.0.0.1', { lazyConnect: true }),
}
