import { expect, test } from 'vitest'
import { KitrtError } from '../../src/error.ts'

test('an error tells its code, its message and its cause', () => {
  const cause = new TypeError('the reason')
  const error = new KitrtError('no-scope', 'expected a request, got none', { cause })
  expect(error.code).toBe('no-scope')
  expect(error.message).toBe('expected a request, got none')
  expect(error.cause).toBe(cause)
})

test('an error is an Error that prints its class', () => {
  const error = new KitrtError('slow', 'too slow')
  expect(error).toBeInstanceOf(Error)
  expect(String(error)).toBe('KitrtError: too slow')
})

test('an error without a cause has none', () => {
  expect('cause' in new KitrtError('closed', 'ended')).toBe(false)
})
