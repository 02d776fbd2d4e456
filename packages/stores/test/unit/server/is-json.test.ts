// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { isJson } from '../../../src/server/is-json.ts'

const twice = {}
const circle: { self?: unknown } = {}
circle.self = circle

describe('is carried by JSON as it is', () => {
  test.each<[string, unknown]>([
    ['text', 'x'],
    ['a lone surrogate', '\ud800'],
    ['numbers', [0, -1.5, 1e300]],
    ['booleans and null', [true, false, null]],
    ['records in lists', [{ a: [{ b: 'x' }] }]],
    ['a key that every object has', { toString: 'x', constructor: 1 }],
  ])('%s', (_, value) => {
    expect(isJson(value, [])).toBe(true)
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
  })
})

describe('is not', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['nothing in a record', { a: undefined }],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what is asked
    ['a hole', [1, , 2]],
    ['not a number', [Number.NaN]],
    ['no end', [Infinity]],
    ['minus zero', [-0]],
    ['a bigint', [1n]],
    ['a date', [new Date(0)]],
    ['a map', new Map()],
    ['a function', [() => {}]],
    ['a symbol', [Symbol('x')]],
    ['a symbol as a key', { [Symbol('x')]: 1 }],
    ['toJSON', { toJSON: () => 1 }],
    [
      'an instance',
      new (class Own {
        a = 1
      })(),
    ],
    ['no prototype', Object.create(null)],
    ['a key that is __proto__', JSON.parse('{"__proto__":1}')],
    ['an object that is there twice', [twice, twice]],
    ['an object that holds itself', circle],
  ])('%s', (_, value) => {
    expect(isJson(value, [])).toBe(false)
  })

  test('a type of the app, at any depth', () => {
    const encode = (value: unknown): unknown => value === 'secret' && ['s']
    expect(isJson([{ a: 'secret' }], [encode])).toBe(false)
    expect(isJson([{ a: 'other' }], [encode])).toBe(true)
  })
})
