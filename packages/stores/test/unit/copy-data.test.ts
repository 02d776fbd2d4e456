// @vitest-environment node
import { describe, expect, test, vi } from 'vitest'
import { copyData } from '../../src/copy-data.ts'

const twice = { n: 1 }
const circle: { self?: unknown } = {}
circle.self = circle
// oxlint-disable-next-line no-sparse-arrays -- a hole is what is asked
const holes = [1, , 3]
const named = Object.assign([1], { name: 'list' })
const proto = JSON.parse('{"__proto__":{"a":1}}') as object
const hidden = Object.defineProperty({ a: 1 }, 'b', { value: 2 })
const computed = {
  get a() {
    return [1]
  },
}

describe('copies as structuredClone does', () => {
  test.each<[string, unknown]>([
    ['text', 'x'],
    ['nothing', undefined],
    ['null', null],
    ['minus zero', -0],
    ['a bigint', 1n],
    ['an empty list', []],
    ['an empty record', {}],
    ['records in a list', [{ a: [1, 'x', null, undefined, 1n, Number.NaN] }]],
    ['a symbol as a key', { [Symbol('s')]: 1, a: 1 }],
    ['a hidden property', hidden],
    ['a getter', computed],
    ['a hole', holes],
    ['a list with a name', named],
    ['a key that is __proto__', proto],
    ['no prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['a date in a list', [new Date(0)]],
    ['a map', new Map([['a', { b: 1 }]])],
    ['an error', new Error('x')],
    ['bytes', new Uint8Array([1])],
    ['an object that is there twice', [twice, twice]],
    ['an object that holds itself', circle],
    ['an instance', new (class Own extends Array<number> {})()],
  ])('%s', (_, value) => {
    const copy = copyData(value)
    const expected = structuredClone(value)
    expect(copy).toStrictEqual(expected)
    if (typeof value !== 'object' || value === null) return
    expect(copy).not.toBe(value)
    expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(expected))
    expect(Reflect.ownKeys(copy as object)).toEqual(Reflect.ownKeys(expected as object))
  })

  test('what is inside is copied too', () => {
    const value = { list: [{ a: 1 }] }
    const copy = copyData(value)
    copy.list[0]!.a = 2
    copy.list.push({ a: 3 })
    expect(value).toEqual({ list: [{ a: 1 }] })
  })

  test('an object that is there twice stays one, one that holds itself too', () => {
    const [one, other] = copyData([twice, twice])
    expect(one).toBe(other)
    const copy = copyData(circle)
    expect(copy.self).toBe(copy)
  })

  test.each([
    [() => {}],
    [Symbol('x')],
    [[() => {}]],
    [{ a: { b: Symbol('x') } }],
    [new WeakMap()],
  ])('and refuses what it refuses: %o', (value) => {
    expect(() => copyData(value)).toThrow(DOMException)
  })
})

test('plain data does not need it', () => {
  const clone = vi.spyOn(globalThis, 'structuredClone')
  copyData({ list: [{ a: 1, b: ['x', null] }], none: undefined })
  expect(clone).not.toHaveBeenCalled()
  copyData(new Date(0))
  expect(clone).toHaveBeenCalledTimes(1)
  vi.restoreAllMocks()
})
