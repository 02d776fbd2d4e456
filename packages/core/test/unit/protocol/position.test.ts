import { describe, expect, test } from 'vitest'
import { epochOf, idOf, isBehind, isPosition, offsetOf } from '../../../src/protocol/position.ts'

describe('a position', () => {
  test('is an epoch, an offset and an id', () => {
    const position = 'e-1.42.a_b'
    expect([epochOf(position), offsetOf(position), idOf(position)]).toEqual(['e-1', '42', 'a_b'])
    expect(isPosition(position)).toBe(true)
  })

  test.each([
    '',
    'e.1',
    'e.1.',
    '.1.x',
    'e.x.y',
    'e.-1.x',
    'e.1.x.y',
    'e.1.x\n',
    `e.${'1'.repeat(21)}.x`,
    'e.1. ',
    1,
    null,
    {},
  ])('is not %j', (value) => {
    expect(isPosition(value)).toBe(false)
  })

  test('is compared by digits, which no number could hold', () => {
    const at = (offset: string): string => `e.${offset}.x`
    expect(isBehind(at('9'), at('10'))).toBe(true)
    expect(isBehind(at('10'), at('9'))).toBe(false)
    // 2 ** 53 and the next, which are one number.
    expect(isBehind(at('9007199254740992'), at('9007199254740993'))).toBe(true)
    expect(isBehind(at('99999999999999999998'), at('99999999999999999999'))).toBe(true)
    expect(isBehind(at('1'), at('1'))).toBe(false)
    expect(isBehind('e.1.x', 'other.2.x')).toBe(false)
  })
})
