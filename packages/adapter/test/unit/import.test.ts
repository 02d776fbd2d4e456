import { expect, test } from 'vitest'
import { watchGlobals } from '../../../core/test/unit/watch-globals.ts'

test('importing @kitrt/adapter, and making one, starts nothing', async () => {
  const touched = await watchGlobals(async () => {
    const { default: adapter } = await import('../../src/index.ts')
    expect(adapter().name).toBe('@kitrt/adapter')
  })
  expect(touched).toEqual([])
})
