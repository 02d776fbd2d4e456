import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runAt } from '../../../../src/server/hub/run-at.ts'

const day = 86_400_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test.each([0, 1, 24, 25, 60, 400])('runs in %i days, and not before', (days) => {
  const run = vi.fn<() => void>()
  runAt(Date.now() + days * day + 1_000, run)
  vi.advanceTimersByTime(days * day + 999)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledOnce()
})

test('runs at once, but never within the call, what should have been', () => {
  const run = vi.fn<() => void>()
  runAt(Date.now() - day, run)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledOnce()
})

test.each([undefined, Infinity])('never runs at %s, and keeps no timer', (moment) => {
  runAt(moment, () => {})
  expect(vi.getTimerCount()).toBe(0)
})

test.each([1, 60])('is called off before its first and its last timer, %i days ahead', (days) => {
  const run = vi.fn<() => void>()
  const callOff = runAt(Date.now() + days * day, run)
  vi.advanceTimersByTime((days - 1) * day)
  callOff()
  callOff()
  expect(vi.getTimerCount()).toBe(0)
  expect(run).not.toHaveBeenCalled()
})
