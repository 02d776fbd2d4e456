// `npm run bench:http`: our build beside adapter-node's, with a dated report in `reports/`.
import { writeReport } from '../scripts/write-report.ts'
import { httpTable } from './http-table.ts'
import { measureHttp } from './measure-http.ts'

const settings = { launches: 3, rounds: 6, requests: 1_500 }

const measured: Record<string, Awaited<ReturnType<typeof measureHttp>>> = {}
for (const runtime of ['node', 'bun', 'deno'] as const) {
  console.log(`measuring on ${runtime} …`)
  // oxlint-disable-next-line no-await-in-loop -- one after another, or they would measure each other
  measured[runtime] = await measureHttp(runtime, settings)
}
const lines = httpTable(measured)
console.log(lines.join('\n'))
const file = writeReport({ kind: 'http', title: 'Requests per second', script: 'bench:http' }, [
  `Our build beside that of @sveltejs/adapter-node 6.0.1, both on the same runtime: a page of twenty items, twenty records as JSON, a file of 20 KB, asked for on 16 connections without compression. ${settings.launches} launches of both, ${settings.rounds} rounds in each, ${settings.requests} requests to each side in a round, one right after the other; a ratio is the median of the rounds' own. The client shares the machine, so the numbers are those of a part of it.`,
  '',
  ...lines,
])
console.log(`\nWritten to ${file}`)
