import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineContract } from '@kitrt/core/test'
import { lacksRedis, startRedis } from '../../../../testing/redis-server.ts'
import type { RedisServer } from '../../../../testing/redis-server.ts'
import { runtimes } from '../../../../testing/targets.ts'
import { redis } from '../../src/index.ts'
import { clients } from '../clients.ts'

const run = promisify(execFile)
const reason = await lacksRedis()

describe.skipIf(reason)(`an engine over Redis${reason ? `: ${reason}` : ''}`, () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  for (const [name, client] of Object.entries(clients)) {
    const open = () => redis(client(server.port), { prefix: `${name}:` })
    engineContract({ describe, test }, { name, open: () => ({ one: open(), other: open() }) })
  }

  for (const runtime of ['bun', 'deno'] as const) {
    test(`the contract of engines, in memory too, on ${runtime}`, async () => {
      const [program = '', ...args] = runtimes[runtime].run
      const { stdout } = await run(
        program,
        [
          ...args.filter((arg: string) => arg !== '--bun'),
          '--conditions=@kitrt/source',
          join(import.meta.dirname, '..', 'run-contract.ts'),
          `${server.port}`,
        ],
        { timeout: 60_000 },
      )
      expect(stdout).toContain('120 of 120 passed')
    })
  }
})
