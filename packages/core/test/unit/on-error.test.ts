import { afterEach, expect, test, vi } from 'vitest'
import { reportError } from '../../src/on-error.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('the default report is one call of console.error, with the stage and the error itself', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const error = new Error('a fault')
  reportError(error, { stage: 'socket message of /chat' })
  expect(log.mock.calls).toEqual([['[kitrt] a fault in socket message of /chat:', error]])
})

test('the default report takes what is no Error', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  reportError(undefined, { stage: 'stream stop' })
  expect(log.mock.calls).toEqual([['[kitrt] a fault in stream stop:', undefined]])
})
