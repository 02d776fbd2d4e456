import { describe, expect, test } from 'vitest'
import { debianPackages } from '../../../../testing/debian-packages.ts'
import { long } from '../../../../testing/long.ts'
import { lacksRedis } from '../../../../testing/redis-server.ts'
import { fleet } from './fleet.ts'

const reason = (await lacksRedis()) ?? (await debianPackages('haproxy', 'openssl'))
const seconds = long ? 300 : 60
const clients = long ? 2_000 : 100

describe.skipIf(reason)(`four processes${reason ? `: ${reason}` : ''}`, () => {
  test(
    `rules 1 to 8 and 15: while processes behind HAProxy end and begin for ${seconds} s, each of ${clients} clients is told each event once, in order, each publish is stored once, and who is there is right within the grace time after all are live again`,
    { timeout: 900_000 },
    async () => {
      const { faults, counts, delays } = await fleet({
        duration: seconds * 1000,
        clients,
        channels: clients / 10,
        rate: long ? 200 : 10,
        halls: long ? 20 : 5,
        grace: 3_000,
        // What runs beside it needs the machine, too.
        pause: long ? 2_000 : 8_000,
      })
      const most = (name: keyof (typeof delays)[number]): number =>
        Math.round(Math.max(...delays.map((delay) => delay[name])))
      console.log(
        `fleet: ${JSON.stringify(counts)}; all were live again after ${most('back')} ms at most, and presence right ${most('presence')} ms later at most`,
      )
      expect(faults).toEqual([])
      // It was no idle run.
      expect(counts['acked']).toBeGreaterThan(seconds)
      expect(counts['told']).toBeGreaterThan(10 * seconds)
    },
  )
})
