import { beforeEach, describe, expect, test, vi } from 'vitest'
import { watchGlobals } from '../../../core/test/unit/watch-globals.ts'

beforeEach(() => {
  vi.resetModules()
})

describe('importing', () => {
  test('the watch sees what a call of our code touches', async () => {
    const { createPeer } = await import('../../src/peer.ts')
    expect(await watchGlobals(() => createPeer({ event: { route: {} } } as never))).toEqual([
      'randomUUID',
    ])
  })

  test('@kitrt/ws/client touches no global', async () => {
    expect(await watchGlobals(() => import('../../src/client/index.ts'))).toEqual([])
  })

  test('@kitrt/ws/hono starts nothing', async () => {
    expect(await watchGlobals(() => import('../../src/hono.ts'))).toEqual([])
  })

  test('@kitrt/ws starts nothing', async () => {
    expect(await watchGlobals(() => import('../../src/index.ts'))).toEqual([])
  })
})
