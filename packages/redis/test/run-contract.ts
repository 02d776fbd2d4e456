// Runs the contract of engines over a Redis and in memory, on whichever runtime: `run-contract.ts <port>`.
import process from 'node:process'
import { memory } from '@kitrt/core/server'
import { engineContract } from '@kitrt/core/test'
import { redis } from '../src/index.ts'
import { clients } from './clients.ts'

const port = Number(process.argv[2])
const tests: { name: string; run: () => Promise<void> }[] = []
const runner = {
  describe: (_name: string, run: () => void): void => run(),
  test: (name: string, run: () => Promise<void>): void => void tests.push({ name, run }),
}
for (const [name, client] of Object.entries(clients)) {
  const open = () => redis(client(port), { prefix: `${name}:` })
  engineContract(runner, { name, open: () => ({ one: open(), other: open() }) })
}
engineContract(runner, {
  name: 'memory',
  open() {
    const engine = memory()
    return { one: engine, other: engine }
  },
})
let failed = 0
for (const { name, run } of tests) {
  try {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    await run()
  } catch (error) {
    failed++
    console.error(`${name}:`, error)
  }
}
console.log(`${tests.length - failed} of ${tests.length} passed`)
process.exit(failed > 0 ? 1 : 0)
