import { describe, expect, test } from 'vitest'
import { lacksRedis } from '../testing/redis-server.ts'
import { measureRedis } from './measure-redis.ts'
import { redisTable } from './redis-table.ts'
import { redisSides } from './sides.ts'

const reason = await lacksRedis()

describe.skipIf(reason)(`over Redis${reason ? `: ${reason}` : ''}`, () => {
  test('on every side what one process publishes reaches all with the other, and the benchmark says something of each', async () => {
    const settings = { launches: 1, rounds: 1, warmUp: 0, subscribers: [4], deliveries: 40 }
    const measured = await measureRedis(settings)
    for (const { rounds } of measured) {
      expect(Object.keys(rounds).toSorted()).toEqual(Object.keys(redisSides).toSorted())
    }
    const text = redisTable(measured).join('\n')
    expect(text.match(/^\| 4 /gm)).toHaveLength(8)
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
  })
})
