import { describe, expect, test } from 'vitest'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { long } from '../../../../testing/long.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { fleet } from './fleet.ts'

const reason = (await lacksRedis()) ?? (await debianPackages('haproxy', 'openssl'))
const seconds = long ? 300 : 15
const clients = long ? 2_000 : 100

describe.skipIf(reason)(`four processes${reason ? `: ${reason}` : ''}`, () => {
  test(
    `rules 1 to 8 and 15: while processes behind HAProxy end and begin for ${seconds} s, each of ${clients} clients is told each event once, in order, each publish is stored once, and who is there is right after each end`,
    { timeout: 900_000 },
    async () => {
      const { faults, counts, delays } = await fleet({
        duration: seconds * 1000,
        clients,
        channels: clients / 10,
        rate: long ? 200 : 20,
        halls: long ? 20 : 5,
        grace: 3_000,
      })
      console.log(
        `fleet: ${JSON.stringify(counts)}, presence after ${Math.round(Math.max(...delays))} ms at most`,
      )
      expect(faults).toEqual([])
      // It was no idle run.
      expect(counts['acked']).toBeGreaterThan(seconds)
      expect(counts['told']).toBeGreaterThan(10 * seconds)
    },
  )
})
