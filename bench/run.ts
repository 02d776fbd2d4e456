// `npm run bench`: what our stores cost beside svelte/store's, with a dated report in `reports/`.
import { writeReport } from '../scripts/write-report.ts'
import { target } from '../testing/targets.ts'
import { measure } from './measure.ts'
import type { Measured } from './measure.ts'
import { tables } from './tables.ts'

const settings = { launches: 5, rounds: 30, accessMs: 20, pages: 200 }

const measured: Record<string, Measured> = {}
for (const runtime of ['node', 'bun', 'deno']) {
  console.log(`measuring on ${runtime} …`)
  // oxlint-disable-next-line no-await-in-loop -- one after another, or they would measure each other
  measured[runtime] = await measure(target(runtime), settings)
}
const lines = tables(measured)
console.log(lines.join('\n'))
const file = writeReport({ kind: 'bench', title: 'Benchmarks', script: 'bench' }, [
  `${settings.launches} launches of the server, ${settings.rounds} rounds in each. In a round both sides are measured one right after the other; a ratio is the median of the rounds' own.`,
  '',
  ...lines,
])
console.log(`\nWritten to ${file}`)
