import { beforeEach, describe, expect, test, vi } from 'vitest'
import { watchGlobals } from './watch-globals.ts'

beforeEach(() => {
  vi.resetModules()
})

describe('importing', () => {
  test('the watch sees what a call of our code touches', async () => {
    const { createBackoff } = await import('../../src/client/index.ts')
    expect(await watchGlobals(() => createBackoff().next())).toEqual(['random'])
  })

  test('@kitrt/core touches no global', async () => {
    expect(await watchGlobals(() => import('../../src/index.ts'))).toEqual([])
  })

  test('@kitrt/core/client touches no global', async () => {
    expect(await watchGlobals(() => import('../../src/client/index.ts'))).toEqual([])
  })

  test('@kitrt/core/server starts nothing', async () => {
    expect(await watchGlobals(() => import('../../src/server/index.ts'))).toEqual([])
  })
})
