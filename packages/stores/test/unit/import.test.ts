import { beforeEach, describe, expect, test, vi } from 'vitest'
import { watchGlobals } from '../../../core/test/unit/watch-globals.ts'

beforeEach(() => {
  vi.resetModules()
})

describe('importing', () => {
  test('the watch sees what a call of our code touches', async () => {
    const { writable } = await import('../../src/browser.ts')
    expect(await watchGlobals(() => writable(0, { key: 'a' }))).toContain('document')
  })

  test('@kitrt/stores in the browser touches no global', async () => {
    expect(await watchGlobals(() => import('../../src/browser.ts'))).toEqual([])
  })

  test('@kitrt/stores on the server touches no global, and making a store does not either', async () => {
    const touched = await watchGlobals(async () => {
      const { writable, derived } = await import('../../src/index.ts')
      derived(writable(0), (value) => value)
    })
    expect(touched).toEqual([])
  })
})
