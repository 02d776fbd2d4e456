import { afterEach, expect, test, vi } from 'vitest'
import { createHistory } from '../../src/history.ts'
import type { History } from '../../src/history.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const missed = (history: History, id: string): unknown => {
  const after = history.after(id)
  return Array.isArray(after) ? after.map(({ data }) => data) : after.reason
}

test('gives exactly what came after an event', () => {
  const history = createHistory({ size: 100, ttl: 1000 })
  const start = history.last()
  const ids = [1, 2, 3].map((data) => history.add('message', data))
  expect(missed(history, start)).toEqual([1, 2, 3])
  expect(ids.map((id) => missed(history, id))).toEqual([[2, 3], [3], []])
  expect(history.last()).toBe(ids[2])
})

test('says what it no longer has, whatever the number of events', () => {
  for (let size = 1; size < 6; size++) {
    const history = createHistory({ size, ttl: 1000 })
    const ids = [history.last()]
    for (let count = 1; count < 30; count++) {
      ids.push(history.add('message', count))
      for (const [seen, id] of ids.entries()) {
        const gone = count - seen
        expect(missed(history, id), `${gone} missed of ${size}`).toEqual(
          gone > size ? 'evicted' : Array.from({ length: gone }, (_, index) => seen + index + 1),
        )
      }
    }
  }
})

test('forgets what is too old', () => {
  let now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const history = createHistory({ size: 100, ttl: 50 })
  const start = history.last()
  const first = history.add('message', 1)
  now += 40
  history.add('message', 2)
  now += 20
  expect(missed(history, start)).toBe('evicted')
  expect(missed(history, first)).toEqual([2])
  now += 100
  expect(missed(history, first)).toBe('evicted')
  expect(missed(history, history.last())).toEqual([])
})

test.each(['', '1', 'x-1', '12345678-1', '12345678-1e3', '12345678--1'])(
  'does not take %j, of another history or of nobody, for its own',
  (id) => {
    const history = createHistory({ size: 10, ttl: 1000 })
    history.add('message', 1)
    expect(missed(history, id)).toBe('unknown')
  },
)

test('does not take an event that is yet to come for one that was', () => {
  const history = createHistory({ size: 10, ttl: 1000 })
  const id = history.add('message', 1)
  expect(missed(history, id.replace(/1$/, '2'))).toBe('unknown')
})
