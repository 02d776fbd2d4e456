import { afterEach, expect, test, vi } from 'vitest'
import { createRateLimit } from '../../src/rate-limit.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** A clock to turn, in ms. */
const clock = (): { now: number } => {
  const time = { now: 1000 }
  vi.spyOn(performance, 'now').mockImplementation(() => time.now)
  return time
}

const takes = (limit: (bytes: number) => boolean, times: number, bytes = 1): number =>
  Array.from({ length: times }, () => limit(bytes)).filter(Boolean).length

test('a second’s worth of messages may come at once, and again each second', () => {
  const time = clock()
  const limit = createRateLimit({ messages: 5 })
  expect(takes(limit, 5)).toBe(5)
  time.now += 200
  expect(takes(limit, 1)).toBe(1)
  time.now += 10_000
  expect(takes(limit, 6)).toBe(5)
})

test('bytes have a limit of their own', () => {
  clock()
  const limit = createRateLimit({ bytes: 100 })
  expect(takes(limit, 3, 40)).toBe(2)
})

test('Infinity is no limit', () => {
  clock()
  expect(takes(createRateLimit({ messages: Infinity, bytes: Infinity }), 10_000, 2 ** 20)).toBe(
    10_000,
  )
})
