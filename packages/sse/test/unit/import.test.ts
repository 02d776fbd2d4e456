import { beforeEach, describe, expect, test, vi } from 'vitest'
import { watchGlobals } from '../../../core/test/unit/watch-globals.ts'

beforeEach(() => {
  vi.resetModules()
})

describe('importing', () => {
  test('the watch sees what a call of our code touches', async () => {
    const { endingOf } = await import('../../src/client/http-ending.ts')
    const touched = await watchGlobals(() =>
      endingOf(503, new Headers({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })),
    )
    expect(touched).toEqual(['now'])
  })

  test('@kitrt/sse/client touches no global', async () => {
    expect(await watchGlobals(() => import('../../src/client/index.ts'))).toEqual([])
  })

  test('@kitrt/sse starts nothing', async () => {
    expect(await watchGlobals(() => import('../../src/index.ts'))).toEqual([])
  })
})
