export { redis } from './redis.ts'
export type { RedisOptions } from './redis.ts'
export type { IoRedis, IoRedisDuplicate } from './wire/io-redis.ts'
export type { NodeRedis, NodeRedisDuplicate } from './wire/node-redis.ts'
