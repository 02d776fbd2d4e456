// npm run sim -- --seeds 1000 [--from 1] [--failures 5]
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
const from = Number(values.from)
const totals: Record<string, number> = {}
let failed = 0
const begun = process.hrtime.bigint()
for (let seed = from; seed < from + Number(values.seeds); seed++) {
  // oxlint-disable-next-line no-await-in-loop -- each run has the process for itself
  const { faults, counts } = await simulate(seed)
  for (const [name, by] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + by
  if (faults.length === 0) continue
  failed++
  console.log(`seed ${seed}:\n  ${faults.join('\n  ')}`)
  if (failed === Number(values.failures)) break
}
const seconds = Number(process.hrtime.bigint() - begun) / 1e9
console.log(`${values.seeds} seeds in ${seconds.toFixed(1)} s, ${failed} failed`, totals)
process.exitCode = failed > 0 ? 1 : 0
