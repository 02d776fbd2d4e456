import { describe, expect, test, vi } from 'vitest'
import { createBackoff } from '../../../src/client/backoff.ts'

const most = (): number => 1
const least = (): number => 0

describe('createBackoff', () => {
  test('the bound doubles with each wait, up to the cap', () => {
    const backoff = createBackoff({ base: 100, cap: 1000, random: most })
    const waits = Array.from({ length: 6 }, () => backoff.next())
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000])
  })

  test('the defaults are half a second and twenty seconds', () => {
    const backoff = createBackoff({ random: most })
    const waits = Array.from({ length: 8 }, () => backoff.next())
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000])
  })

  test('each window begins where the one before it ends, whatever chance says', () => {
    const backoff = createBackoff({ base: 100, cap: 400, random: least })
    // The first one would be none.
    expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([
      10, 100, 200, 400,
    ])
  })

  test('an attempt lies anywhere in its window, as chance has it', () => {
    const random = vi.fn<() => number>()
    const backoff = createBackoff({ base: 1000, cap: 8000, random })
    let time = 0
    for (const [chance, at] of [
      [0.25, 250],
      [0.5, 2000],
      [0.999, 6996],
      [0, 7000],
    ] as const) {
      random.mockReturnValueOnce(chance)
      time += backoff.next()
      // A wait is no less than a tenth of its window.
      expect(time).toBe(chance === 0 ? 6996 + 800 : at)
    }
    expect(random).toHaveBeenCalledTimes(4)
  })

  test('no wait is longer than the cap', () => {
    const chance = [0, 0.9, 0, 0.9]
    const backoff = createBackoff({ base: 1000, cap: 1000, random: () => chance.shift() ?? 0 })
    for (let wait = 0; wait < 4; wait++) expect(backoff.next()).toBeLessThanOrEqual(1000)
  })

  test('in the first 30 s there are at most 6 waits, whatever chance says', () => {
    const chances = [least, most, () => 0.05, Math.random, Math.random, Math.random]
    for (const random of chances) {
      const backoff = createBackoff({ random })
      let waits = 0
      for (let time = backoff.next(); time < 30_000; time += backoff.next()) waits++
      expect(waits).toBeLessThanOrEqual(6)
    }
  })

  test('without a source of chance it asks Math.random, once for each wait', () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const backoff = createBackoff({ base: 1000 })
    expect(random).not.toHaveBeenCalled()
    expect(backoff.next()).toBe(500)
    expect(random).toHaveBeenCalledTimes(1)
    random.mockRestore()
  })

  test('a wait is a whole number of ms', () => {
    expect(createBackoff({ base: 333, random: () => 0.123_456 }).next()).toBe(41)
  })

  test('reset starts again from the base', () => {
    const backoff = createBackoff({ base: 100, random: most })
    for (let attempt = 0; attempt < 5; attempt++) backoff.next()
    backoff.reset()
    expect([backoff.next(), backoff.next()]).toEqual([100, 200])
  })

  test('the bound stays at the cap after a thousand waits', () => {
    const backoff = createBackoff({ base: 1, cap: 5000, random: most })
    for (let attempt = 0; attempt < 1000; attempt++) backoff.next()
    expect(backoff.next()).toBe(5000)
  })

  test('setBase changes the waits that follow, and keeps how often they have doubled', () => {
    const backoff = createBackoff({ base: 100, random: most })
    backoff.next()
    backoff.setBase(300)
    expect(backoff.next()).toBe(600)
    backoff.reset()
    expect(backoff.next()).toBe(300)
  })

  test('setBase over the cap raises the cap: the server knows better', () => {
    const backoff = createBackoff({ base: 100, cap: 1000, random: most })
    backoff.setBase(60_000)
    expect([backoff.next(), backoff.next()]).toEqual([60_000, 60_000])
  })

  test.each([0, -5])('setBase(%d) is taken as one ms, so that waits still grow', (ms) => {
    const backoff = createBackoff({ random: most })
    backoff.setBase(ms)
    expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([1, 2, 4])
  })
})

test('a base over the cap waits no longer than the cap', () => {
  expect(createBackoff({ base: 5000, cap: 1000, random: () => 1 }).next()).toBe(1000)
})
