import { describe, expect, test } from 'vitest'
import { toJson } from '../../../../src/server/hub/to-json.ts'

describe('what a server sends', () => {
  test.each([1, 'text', null, [], {}, { a: [1, { b: null }], c: undefined }, Object.create(null)])(
    'is %j as JSON',
    (value) => {
      expect(toJson(value, 'It')).toBe(JSON.stringify(value))
    },
  )

  const cycle: unknown[] = []
  cycle.push(cycle)
  test.each([
    ['undefined', undefined],
    ["undefined at '1'", [1, undefined]],
    ["a Date at 'at'", { at: new Date() }],
    ["a Map at '0'", [new Map()]],
    ['a Set', new Set()],
    [
      'a Visit',
      new (class Visit {
        at = 1
      })(),
    ],
    ["NaN at 'a'", { a: NaN }],
    ['Infinity', Infinity],
    ["a function at 'f'", { f: () => {} }],
    ["a symbol at 's'", { s: Symbol('s') }],
    ['a bigint', 1n],
    ['what has no JSON', cycle],
  ])('is not %s', (said, value) => {
    expect(() => toJson(value, 'It')).toThrow(
      expect.objectContaining({
        code: 'not-serializable',
        message: `It expected JSON data, got ${said}.`,
      }),
    )
  })
})
