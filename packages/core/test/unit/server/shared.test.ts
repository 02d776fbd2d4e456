import { expect, test, vi } from 'vitest'
import { shared } from '../../../src/server/shared.ts'

/** Names of their own, so that no test meets another one's values. */
const name = (): string => `test.${crypto.randomUUID()}`

test('a value is made once', () => {
  const key = name()
  const create = vi.fn<() => object>(() => ({}))
  expect(shared(key, create)).toBe(shared(key, create))
  expect(create).toHaveBeenCalledTimes(1)
})

test('two names are two values', () => {
  expect(shared(name(), () => ({}))).not.toBe(shared(name(), () => ({})))
})

test('a value that is undefined is made once too', () => {
  const key = name()
  const create = vi.fn<() => undefined>(() => {})
  shared(key, create)
  shared(key, create)
  expect(create).toHaveBeenCalledTimes(1)
})

test('two copies of the module share their values', async () => {
  const key = name()
  const mine = shared(key, () => ({ from: 'first' }))
  vi.resetModules()
  const copy = await import('../../../src/server/shared.ts')
  expect(copy.shared).not.toBe(shared)
  expect(copy.shared(key, () => ({ from: 'second' }))).toBe(mine)
})

test('what create throws is thrown, and the next call tries again', () => {
  const key = name()
  const fail = (): never => {
    throw new Error('not yet')
  }
  expect(() => shared(key, fail)).toThrow('not yet')
  expect(shared(key, () => 1)).toBe(1)
})
