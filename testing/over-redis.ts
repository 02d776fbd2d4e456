import { afterAll } from 'vitest'
import { lacksRedis, startRedis } from './redis-server.ts'
import type { Target } from './targets.ts'

/**
 * The same targets with a Redis, one for all tests of the file.
 *
 * @returns none when there is no Redis, of which `lacksRedis` prints the reason
 */
export async function overRedis(targets: readonly Target[]): Promise<Target[]> {
  if (await lacksRedis()) return []
  const { url, stop } = await startRedis()
  afterAll(stop)
  return targets.map((target) => ({
    ...target,
    name: `${target.name} over Redis`,
    env: { REDIS_URL: url, REDIS_PREFIX: `${target.name}:` },
  }))
}
