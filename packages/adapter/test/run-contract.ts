import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../../testing/run-server.ts'
import { serve, target as targetOf } from '../../../testing/targets.ts'
import type { Target } from '../../../testing/targets.ts'
import { channelContract } from './channel-contract.ts'
import { socialContract } from './social-contract.ts'
import { streamContract } from '../../sse/test/contract.ts'
import { storesContract } from '../../stores/test/contract.ts'
import { valuesContract } from '../../stores/test/values-contract.ts'
import { rivalsContract } from '../../stores/test/rivals.ts'
import { socketContract } from '../../ws/test/contract.ts'
import { socketOptionsContract } from '../../ws/test/options-contract.ts'

export const app: string = join(import.meta.dirname, 'app')

/** Serves the contract app in one way and runs every contract against it. */
export function runContract(name: string): void {
  const target = targetOf(name)
  describeServed(target, (running) => {
    runSocketContracts(target, running)
    describe('streams', () => streamContract(running))
    describe('channels', () => channelContract(running))
    // In preview the server's part is that of production, and the rest is tested by channels.
    if (target.mode !== 'preview') {
      describe('people, policies and calls', () => socialContract(running))
    }
    describe('channels as live queries', () => valuesContract(running))
    describe('stores', () => storesContract(target, running))
    describe('rivals', () => rivalsContract(target, running))
  })
}

export function runSocketContracts(target: Target, running: () => RunningServer): void {
  describe('sockets', () => socketContract(target, running))
  describe('options of sockets', () => socketOptionsContract(running))
}

/**
 * Serves the contract app in one way for the tests of `define`.
 *
 * @param folder of the app, asked when it is served
 */
export function describeServed(
  target: Target,
  define: (running: () => RunningServer) => void,
  folder: () => string = () => app,
  env: Record<string, string> = {},
): void {
  describe(target.name, () => {
    let server: RunningServer | undefined
    const running = (): RunningServer => {
      if (!server) throw new Error('the server is not running')
      return server
    }

    beforeAll(async () => {
      server = await serve(target, folder(), env)
    })

    afterAll(async () => {
      await server?.stop()
    })

    define(running)

    test('the process has lived through all of it, and its log holds no unhandled error', () => {
      expect(running().child.exitCode).toBeNull()
      expect(running().output()).not.toMatch(/unhandled|uncaught/i)
    })
  })
}
