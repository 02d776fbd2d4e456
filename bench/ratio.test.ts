import { expect, test } from 'vitest'
import { ratioOf } from './ratio.ts'

test('the ratio is the median of the rounds’ own, whatever a few of them met', () => {
  const rounds = Array.from({ length: 9 }, (_, index) => ({
    plain: 100 + index,
    isolated: 2 * (100 + index),
  }))
  const { ratio, plain, spread } = ratioOf([...rounds, { plain: 1, isolated: 1_000 }])
  expect(ratio).toBe(2)
  expect(plain).toBeGreaterThan(99)
  expect(spread).toEqual([2, 2])
})

test('of no rounds there is none', () => {
  expect(() => ratioOf([])).toThrow(RangeError)
})
