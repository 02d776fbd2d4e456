import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { atBoot } from '../../../src/server/at-boot.ts'

test('what runs at boot sees no store of the request that called it', () => {
  const storage = new AsyncLocalStorage<string>()
  const seen = storage.run('a request', () => [
    storage.getStore(),
    atBoot(() => storage.getStore()),
  ])
  expect(seen).toEqual(['a request', undefined])
})

test('arguments and the result pass through', () => {
  expect(atBoot((a: number, b: number) => a + b, 1, 2)).toBe(3)
})
