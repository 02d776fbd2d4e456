import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

const core = join(import.meta.dirname, '..', '..')

describe('the simulation (rules 1 to 5, 9, 11 and 17 of PROTOCOL.md)', () => {
  // Other seeds than those that the mutants are looked for with.
  test.concurrent.each([1, 2])(
    'finds nothing on a thousand seeds (%i of 2)',
    { timeout: 900_000 },
    async (part) => {
      const { failed, output } = await runSeeds(core, 1_000, part * 100_000)
      expect(failed, output).toBe(false)
      // It has done what it is for, and often.
      for (const what of [
        'acks',
        'kitrt.resumes',
        'kitrt.resets fork',
        'kitrt.resets epoch',
        'outages',
        'kitrt.resets evicted',
        'restarts',
        'pages',
        'sleeps',
      ]) {
        expect(output).toMatch(new RegExp(`'?${what}'?: [1-9]\\d{2,}`))
      }
    },
  )

  test('gives the same result for the same seed', async () => {
    const [one, other] = await Promise.all([runSeeds(core, 20, 7), runSeeds(core, 20, 7)])
    const counts = ({ output }: { output: string }): string => output.slice(output.indexOf('{'))
    expect(counts(one)).toBe(counts(other))
    expect(counts(one)).toContain('acks')
  })
})
