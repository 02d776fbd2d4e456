import { encodeOnce } from '@kitrt/core/server'
import { expect, test, vi } from 'vitest'

test('what goes to many at once is encoded once', async () => {
  const encode = vi.fn((text: string) => Buffer.from(text))
  const once = encodeOnce(encode)
  const first = once('news')
  expect(once(['ne', 'ws'].join(''))).toBe(first)
  expect(encode).toHaveBeenCalledTimes(1)
  expect(String(once('other'))).toBe('other')
  expect(String(once('news'))).toBe('news')
  expect(encode).toHaveBeenCalledTimes(3)
})

test('nothing is kept for later', async () => {
  const encode = vi.fn((text: string) => Buffer.from(text))
  const once = encodeOnce(encode)
  once('news')
  await Promise.resolve()
  once('news')
  expect(encode).toHaveBeenCalledTimes(2)
})
