// @vitest-environment node
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Evaluation } from '../../src/dev.ts'

/** The registry of keys, of a process of its own. */
async function load(development: boolean): Promise<{
  claimKey: (key: string, madeAt: string) => void
  /** Evaluates a module, and gives the way to make it one of the past. */
  evaluate: (run: () => void) => () => void
}> {
  vi.doMock('esm-env', () => ({ DEV: development }))
  const { claimKey } = await import('../../src/keys.ts')
  const { dev } = await import('../../src/dev.ts')
  let current: Evaluation | undefined
  dev.evaluation = () => current
  return {
    claimKey,
    evaluate(run) {
      let isCurrent = true
      current = { isCurrent: () => isCurrent }
      try {
        run()
      } finally {
        current = undefined
      }
      return () => (isCurrent = false)
    },
  }
}

/** A key that no other test has. */
const newKey = (): string => crypto.randomUUID()

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => {
  vi.resetModules()
})

const duplicate = expect.objectContaining({
  code: 'duplicate-key',
  message: expect.stringMatching(/one is made at a\.ts:1:1, the other at b\.ts:2:2/) as string,
}) as Error

describe('in production', () => {
  test('a second place is an error, whenever it claims the key', async () => {
    const { claimKey } = await load(false)
    const key = newKey()
    claimKey(key, 'a.ts:1:1')
    await nextTurn()
    expect(() => claimKey(key, 'b.ts:2:2')).toThrow(duplicate)
    expect(() => claimKey(key, 'a.ts:1:1')).not.toThrow()
  })

  test('what development knows of evaluations counts for nothing', async () => {
    const { claimKey, evaluate } = await load(false)
    const key = newKey()
    evaluate(() => claimKey(key, 'a.ts:1:1'))()
    expect(() => evaluate(() => claimKey(key, 'b.ts:2:2'))).toThrow(duplicate)
  })
})

describe('in development, with the plugin', () => {
  test('a second module is an error as long as the first is current', async () => {
    const { claimKey, evaluate } = await load(true)
    const key = newKey()
    const edit = evaluate(() => claimKey(key, 'a.ts:1:1'))
    await nextTurn()
    expect(() => evaluate(() => claimKey(key, 'b.ts:2:2'))).toThrow(duplicate)
    edit()
    expect(() => evaluate(() => claimKey(key, 'b.ts:2:2'))).not.toThrow()
    expect(() => evaluate(() => claimKey(key, 'a.ts:1:1'))).toThrow(/Two stores/)
  })
})

describe('in development, without the plugin', () => {
  test('only what one turn of the event loop makes is known to be of one evaluation', async () => {
    const { claimKey } = await load(true)
    const key = newKey()
    claimKey(key, 'a.ts:1:1')
    expect(() => claimKey(key, 'b.ts:2:2')).toThrow(duplicate)
    await nextTurn()
    expect(() => claimKey(key, 'b.ts:2:2')).not.toThrow()
  })

  test('so it is between a module and a load function, with the plugin too', async () => {
    const { claimKey, evaluate } = await load(true)
    const key = newKey()
    evaluate(() => claimKey(key, 'a.ts:1:1'))
    await nextTurn()
    expect(() => claimKey(key, 'b.ts:2:2')).not.toThrow()
  })
})
