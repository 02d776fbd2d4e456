// `npm run bench:channels`: the fan-out of channels beside others', and what those who do not read
// cost the rest, with a dated report in `reports/`. `-- --slow-readers` measures only the latter.
/* oxlint-disable no-await-in-loop -- one after another, or they would measure each other */
import { parseArgs } from 'node:util'
import { writeReport } from '../scripts/write-report.ts'
import { channelTable } from './channel-table.ts'
import { measureChannels } from './measure-channels.ts'
import { measureSlowReaders } from './measure-slow-readers.ts'
import type { SlowReaderMeasured } from './measure-slow-readers.ts'
import { slowReaderTable } from './slow-reader-table.ts'

const settings = {
  launches: 3,
  rounds: 5,
  warmUp: 2,
  subscribers: [200, 1_000],
  deliveries: 30_000,
}
const slowReaders = { rounds: 5, idle: 5_000, slow: 200, turns: 100, floods: 40 }

const { values: only } = parseArgs({
  options: { 'slow-readers': { type: 'boolean', default: false } },
})
const tables: string[] = []
const slow: Record<string, SlowReaderMeasured> = {}
for (const runtime of ['node', 'bun', 'deno'] as const) {
  console.log(`measuring on ${runtime} …`)
  if (!only['slow-readers']) {
    const lines = channelTable(runtime, await measureChannels(runtime, settings))
    console.log(lines.join('\n'))
    tables.push(...lines, '')
  }
  slow[runtime] = await measureSlowReaders(runtime, slowReaders)
}
const slowLines = slowReaderTable(slow)
console.log(slowLines.join('\n'))
const slowPart = [
  `${slowReaders.idle} idle subscribers, 50 honest ones, and ${slowReaders.slow} that stop reading, half of each over sockets and half over streams, on one process. In a round the latency of the honest ones is measured without the slow ones, then with them, after what may wait for them has been filled: events of 8 kB come until the hub's own gauge says that 95 of 100 bytes that may wait do. A hundred events a second go on to the channel of the slow ones. "came for each" is how much had been published by then: the kernel took some of it, "waiting for each" is what the process holds for it at the end of the round, and the rest is in the log, to be read when there is room. A queue may go over \`maxQueue\` by one page of a hundred events, here 0.8 MB.`,
  '',
  ...slowLines,
]
const file = only['slow-readers']
  ? writeReport(
      {
        kind: 'slow-readers',
        title: 'Those who do not read',
        script: 'bench:channels -- --slow-readers',
      },
      slowPart,
    )
  : writeReport({ kind: 'channels', title: 'Channels', script: 'bench:channels' }, [
      `Events of 90 characters to all subscribers of a channel, one or sixteen in a turn of the event loop, turn after turn. Each side is a server of its own, all of them open at once; in a round each is measured once, in an order left to chance, and a ratio is the median of the rounds' own. ${settings.launches} launches, ${settings.rounds} rounds in each, after ${settings.warmUp} to warm up. The subscribers are bare sockets in another process, which only count. The headline is deliveries in a second of the server's CPU time, on which others on the machine have the least say; "by the clock" holds what the subscribers take as well. Latency, from publishing to reading, is that of turns with rest in between.`,
      '',
      'Ours is a channel of a SvelteKit app: an event has its position, its predecessor and its data, about 250 bytes. "bare" is the control, which does nothing but write: frames are built once, and each connection gets one write in a turn.',
      '',
      ...tables,
      '## Those who do not read',
      '',
      ...slowPart,
    ])
console.log(`\nWritten to ${file}`)
