import { expect, test } from 'vitest'
import { largestPayload } from '../../src/largest-payload.ts'
import { socket } from '../../src/socket.ts'

test('the largest maxPayload of all routes is known, and never more than ws can keep', () => {
  expect(largestPayload()).toBeUndefined()
  socket(() => ({}), { maxPayload: 1000 })
  expect(largestPayload()).toBe(1000)
  socket(() => ({}))
  expect(largestPayload()).toBe(2 ** 20)
  socket(() => ({}), { maxPayload: 10 })
  expect(largestPayload()).toBe(2 ** 20)
  socket(() => ({}), { maxPayload: Infinity })
  expect(largestPayload()).toBe(2 ** 31 - 1)
})
