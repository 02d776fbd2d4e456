import { expect, test } from 'vitest'
import { createInbox } from '../../src/inbox.ts'

test('gives out what it took in, in order, however much', () => {
  const inbox = createInbox<number>(Infinity)
  const taken: (number | undefined)[] = []
  for (let item = 0; item < 5000; item++) {
    expect(inbox.push(item, 1)).toBe(true)
    if (item % 3 === 0) taken.push(inbox.take())
  }
  expect(inbox.size).toBe(5000 - taken.length)
  while (inbox.size > 0) taken.push(inbox.take())
  expect(taken).toEqual(Array.from({ length: 5000 }, (_, index) => index))
  expect(inbox.take()).toBeUndefined()
})

test('takes nothing over its bound, and room comes back with what is taken out', () => {
  const inbox = createInbox<string>(10)
  expect(inbox.push('a', 6)).toBe(true)
  expect(inbox.push('b', 5)).toBe(false)
  expect(inbox.push('c', 4)).toBe(true)
  expect(inbox.push('d', 1)).toBe(false)
  expect(inbox.take()).toBe('a')
  expect(inbox.push('e', 6)).toBe(true)
  expect([inbox.take(), inbox.take(), inbox.take()]).toEqual(['c', 'e', undefined])
  inbox.push('f', 10)
  inbox.clear()
  expect(inbox.size).toBe(0)
  expect(inbox.push('g', 10)).toBe(true)
})
