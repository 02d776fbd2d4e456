import { describe, expect, test } from 'vitest'
import { longTargets } from '../../../testing/long-targets.ts'
import { overRedis } from '../../../testing/over-redis.ts'
import { askRedis } from '../../redis/test/ask-redis.ts'
import { channelContract } from './channel-contract.ts'
import { describeServed } from './run-contract.ts'
import { socialContract } from './social-contract.ts'
import { valuesContract } from '../../stores/test/values-contract.ts'

const served = await overRedis(longTargets)
if (served.length === 0) test.skip('channels over Redis', () => {})
for (const target of served) {
  describeServed(target, (running) => {
    describe('channels', () => channelContract(running))
    describe('people, policies and calls', () => socialContract(running))
    describe('channels as live queries', () => valuesContract(running))

    test('all of it was in Redis', async () => {
      const { REDIS_URL = '', REDIS_PREFIX = '' } = target.env ?? {}
      const port = Number(new URL(REDIS_URL).port)
      const kept = (await askRedis(port, 'KEYS', `${REDIS_PREFIX}*`)) as string[]
      for (const kind of ['stream', 'order', 'key', 'leases']) {
        expect(kept.some((key) => key.startsWith(`${REDIS_PREFIX}${kind}:`))).toBe(true)
      }
    })
  })
}
