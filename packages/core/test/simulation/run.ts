// npm run sim -- --seeds 1000 [--from 1] [--failures 5]; Ctrl-C ends it after the seed at hand
import process from 'node:process'
import { parseArgs } from 'node:util'
import { simulate } from './world.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    /** After how many seeds that fail it ends. */
    failures: { type: 'string', default: '5' },
  },
})
// Nobody reads where the many errors of a seed were made, and noting it takes a sixth of the time.
Error.stackTraceLimit = 0
const from = Number(values.from)
const seeds = Number(values.seeds)
const totals: Record<string, number> = {}
let run = 0
let failed = 0
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const begun = process.hrtime.bigint()
const summary = (): string => {
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9
  return `${run} seeds in ${seconds.toFixed(1)} s, ${failed} failed`
}
for (let seed = from; seed < from + seeds && !stop.signal.aborted; seed++) {
  // oxlint-disable-next-line no-await-in-loop -- each run has the process for itself
  const { faults, counts } = await simulate(seed)
  run++
  for (const [name, by] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + by
  if (run % 5_000 === 0) console.log(`up to ${seed}: ${summary()}`)
  // A seed waits for nothing of the platform's, and so hears of no signal.
  // oxlint-disable-next-line no-await-in-loop -- as above
  await new Promise((resolve) => setImmediate(resolve))
  if (faults.length === 0) continue
  failed++
  console.log(`seed ${seed}:\n  ${faults.join('\n  ')}`)
  if (failed === Number(values.failures)) break
}
console.log(`${summary()}, from ${from} on`, totals)
process.exitCode = failed > 0 ? 1 : 0
