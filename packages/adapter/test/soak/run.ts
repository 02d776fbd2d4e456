// npm run soak -- --minutes 10 [--runtime node] [--clients 1000] [--churn 50] [--rate 200]
import process from 'node:process'
import { parseArgs } from 'node:util'
import { writeReport } from '../../../../scripts/write-report.ts'
import { targets } from '../../../../testing/targets.ts'
import { slopeOf } from './slope.ts'
import { soak } from './soak.ts'
import type { Look } from './soak.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    /** One of `node`, `bun` and `deno`, or all, one after another. */
    runtime: { type: 'string', default: 'all' },
    clients: { type: 'string', default: '1000' },
    churn: { type: 'string', default: '50' },
    rate: { type: 'string', default: '200' },
  },
})
const minutes = Number(values.minutes)

/** What is watched, in its unit. */
const watched: Record<string, (look: Look) => number> = {
  'heap of the server, MB': ({ heapUsed }) => heapUsed / 1e6,
  'heap that is reserved, MB': ({ heapTotal }) => heapTotal / 1e6,
  'outside the heap, for its objects, MB': ({ external }) => external / 1e6,
  'memory of the server, MB': ({ rss }) => rss / 1e6,
  'files and connections of the server': ({ handles }) => handles,
  'timers of the server (not told by Bun)': ({ timers }) => timers,
  'heap of the clients, MB': ({ clientHeap }) => clientHeap / 1e6,
}

const lines: string[] = [
  `${values.clients} clients, half over sockets and half over streams, through a network that cuts, stalls, delays and resets at random; ${values.churn} come and go each second, ${values.rate} events are published each second to 100 channels; ${minutes} minutes on each runtime. In the first quarter the server restarts four times, by SIGKILL and SIGTERM in turn; it remembers the keys of publishes for two minutes. The slopes are those of the second half, by least squares.`,
]
let failed = false

for (const target of targets.filter(
  ({ mode, runtime }) =>
    mode === 'production' && (values.runtime === 'all' || values.runtime === runtime),
)) {
  // oxlint-disable-next-line no-await-in-loop -- each has the machine for itself
  const { faults, counts, looks, output } = await soak({
    target,
    duration: minutes * 60_000,
    clients: Number(values.clients),
    churn: Number(values.churn),
    rate: Number(values.rate),
    channels: 100,
    restarts: 4,
    every: 5_000,
  })
  const unhandled = /unhandled|uncaught/i.test(output)
  failed ||= faults.length > 0 || unhandled
  const mean = (of: (look: Look) => number): number =>
    looks.reduce((sum, look) => sum + of(look), 0) / looks.length
  const quarter = Math.ceil(looks.length / 4)
  const rows = Object.entries(watched).map(([name, of]) => {
    const ends = [looks.slice(0, quarter), looks.slice(-quarter)].map(
      (part) => part.reduce((sum, look) => sum + of(look), 0) / part.length,
    )
    const slope = slopeOf(looks.map((look) => ({ at: look.at, value: of(look) })))
    return `| ${name} | ${mean(of).toFixed(1)} | ${ends.map((end) => end.toFixed(1)).join(' → ')} | ${slope.toFixed(1)} |`
  })
  const section = [
    '',
    `## ${target.name}`,
    '',
    faults.length === 0
      ? 'Nothing was lost, told twice or told out of order, no hole went unsaid, and each publish that was answered was stored once.'
      : `Faults: ${faults.join('; ')}`,
    '',
    `${counts['came']} clients came, ${counts['told']} events were told, ${counts['states']} states; ${counts['acked']} publications were answered and ${counts['failed']} failed as they may; ${counts['faults']} faults of the network and ${counts['cut']} connections cut at a byte${unhandled ? '; the log holds an unhandled error' : ''}.`,
    '',
    '| | mean | first → last quarter | in an hour |',
    '| --- | --- | --- | --- |',
    ...rows,
  ]
  console.log(section.join('\n'))
  for (const what of ['heapUsed', 'rss'] as const) {
    console.log(
      `${what} of the server, MB:`,
      looks.map((look) => Math.round(look[what] / 1e6)).join(' '),
    )
  }
  lines.push(...section)
}

writeReport({ kind: 'soak', title: 'Soak', script: 'soak' }, lines)
// Node's own end spins for ever now and then, with thousands of sockets that are half closed.
process.exit(failed ? 1 : 0)
