import { expect, test } from 'vitest'
import { long } from '../../../../testing/long.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { soak } from './soak.ts'

const seconds = long ? 120 : 12

test.each(faultTargets)(
  `rules 1 to 7: for ${seconds} s of churn, faults of the network and restarts on $name, every reader is told each event once, in order, and each publish that is answered is stored once`,
  { timeout: 600_000 },
  async (target) => {
    const { faults, counts, output } = await soak({
      target,
      duration: seconds * 1000,
      clients: long ? 500 : 100,
      churn: long ? 20 : 5,
      rate: long ? 100 : 50,
      channels: 20,
      restarts: 2,
      every: 500,
    })
    expect(faults).toEqual([])
    expect(output).not.toMatch(/unhandled|uncaught/i)
    // It was no idle run.
    expect(counts['acked']).toBeGreaterThan(seconds)
    expect(counts['told']).toBeGreaterThan(10 * seconds)
    expect(counts['cut']).toBeGreaterThan(0)
    if (long) console.log(`${target.name}: ${JSON.stringify(counts)}`)
  },
)
