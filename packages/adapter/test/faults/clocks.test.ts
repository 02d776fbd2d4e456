import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { long } from '../../../../testing/long.ts'
import { root } from '../../../../testing/run-server.ts'
import type { Target } from '../../../../testing/targets.ts'
import { setWrongClock } from '../../../../testing/wrong-clock.ts'
import { streamContract } from '../../../sse/test/contract.ts'
import { channelContract } from '../channel-contract.ts'
import { describeServed } from '../run-contract.ts'
import { act } from './act.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'

const preload = join(root, 'testing', 'wrong-clock-preload.ts')

function withWrongClock(target: Target): Target {
  const { command, runtime } = target
  const flag = runtime === 'node' ? '--import' : '--preload'
  return { ...target, command: [...command.slice(0, -1), flag, preload, ...command.slice(-1)] }
}

describe('while the clocks of server and client are a day ahead and a day behind, by turns,', () => {
  let setRight: () => void
  beforeAll(() => {
    setRight = setWrongClock({ every: 330 })
  })
  afterAll(() => setRight())

  for (const target of faultTargets) {
    describeServed(withWrongClock(target), (server) => {
      test('both clocks are wrong', async () => {
        const real = performance.timeOrigin + performance.now()
        const off = (time: number): number => Math.round(Math.abs(time - real) / 3_600_000)
        expect(off(Date.now())).toBe(24)
        expect(off(await act(server(), 'time'))).toBe(24)
      })
      describe('channels', () => channelContract(server))
      // They wait for longer than `npm test` may.
      if (long) describe('streams', () => streamContract(server))
    })
  }
})
