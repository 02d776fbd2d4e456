import { expect, test } from 'vitest'
import { endingOf } from '../../../src/client/close-codes.ts'

test('1000 is the end', () => {
  expect(endingOf(1000, '')).toEqual({ outcome: 'closed' })
})

test.each([1002, 1003, 1007, 1008, 1009, 1010, 3000, 3003, 4000, 4050, 4099])(
  '%d will not change by trying again',
  (code) => {
    expect(endingOf(code, '')).toEqual({ outcome: 'refused' })
  },
)

test.each([0, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3001, 3999, 4100, 4999])(
  '%d means later',
  (code) => {
    expect(endingOf(code, 'some reason')).toEqual({ outcome: 'later' })
  },
)

test('a server that stops says how much later', () => {
  expect(endingOf(1012, 'service restart; retry-after=2.5')).toEqual({
    outcome: 'later',
    after: 2500,
  })
})
