import type { Engine } from '../server/engine.ts'
import { listenContract } from './listen-contract.ts'
import { logContract } from './log-contract.ts'
import { presenceContract } from './presence-contract.ts'

/** What a test runner gives: Vitest's, Bun's, `node:test`'s. */
export interface TestRunner {
  describe(name: string, run: () => void): void
  test(name: string, run: () => Promise<void>): void
}

/** Two engines as two processes of one app have them. */
export interface Twins {
  readonly one: Engine
  /** The same as `one`, where there is only one process. */
  readonly other: Engine
}

export interface EngineContractOptions {
  /** What the tests are called by. */
  name: string
  /** Makes engines, over the same store each time or a new one; what was made is closed by the tests. */
  open: () => Promise<Twins> | Twins
}

/**
 * The tests that every engine must pass: call it in a test file, with the functions of the runner.
 *
 * They use channels of names that no other run has, and wait for real time, by 0.3 s or so.
 *
 * ```ts
 * engineContract({ describe, test }, { name: 'mine', open: () => ({ one: mine(), other: mine() }) })
 * ```
 */
export function engineContract(
  { describe, test }: TestRunner,
  { name, open }: EngineContractOptions,
): void {
  const run = (what: string, body: (twins: Twins, channel: string) => Promise<void>): void =>
    test(what, async () => {
      const twins = await open()
      try {
        await body(twins, `contract:${JSON.stringify({ id: crypto.randomUUID() })}`)
      } finally {
        await twins.one.close()
        if (twins.other !== twins.one) await twins.other.close()
      }
    })
  describe(`the contract of engines: ${name}`, () => {
    logContract(run)
    listenContract(run)
    presenceContract(run)
  })
}

/** Adds a test, which gets engines of its own and the name of a channel that nobody else has. */
export type Run = (what: string, body: (twins: Twins, channel: string) => Promise<void>) => void
