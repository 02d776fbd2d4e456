import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import { memory } from '../../../../src/server/memory/index.ts'
import { open } from './open-client.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

test.each([
  ['production', undefined, 5_000],
  ['development', undefined, 0],
  ['development', 700, 700],
])('in %s, with %j given, clients come back within so long: %i ms', async (mode, given, after) => {
  vi.stubEnv('NODE_ENV', mode)
  const hub = createHub({ engine: memory(), limits: given === undefined ? {} : { spread: given } })
  const client = await open(hub)
  await client.tell({ hi: { v: 1 } })
  hub.close()
  expect(client.said.at(-1)).toEqual({ bye: { code: 4200, after } })
})
