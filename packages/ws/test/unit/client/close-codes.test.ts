import { expect, test } from 'vitest'
import { outcomeOf } from '../../../src/client/close-codes.ts'

test('1000 is the end', () => {
  expect(outcomeOf(1000)).toBe('closed')
})

test.each([1002, 1003, 1007, 1008, 1009, 1010, 3000, 3003, 4000, 4050, 4099])(
  '%d will not change by trying again',
  (code) => {
    expect(outcomeOf(code)).toBe('refused')
  },
)

test.each([0, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3001, 3999, 4100, 4999])(
  '%d means later',
  (code) => {
    expect(outcomeOf(code)).toBe('later')
  },
)
