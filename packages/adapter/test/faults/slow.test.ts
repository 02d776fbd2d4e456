import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { inParallel, long } from '../../../../testing/long.ts'
import type { RawConnection } from '../../../../testing/raw.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { journal } from '../app/src/lib/channels.ts'
import { serveForVitals, vitalsOf } from '../long/vitals.ts'
import { act } from './act.ts'
import { live, openClient } from './follow.ts'
import { readJournal } from './journal-reader.ts'
import { slowReader } from './slow-reader.ts'
import { transportNames } from './transports.ts'

const counts = long ? [1, 1_000] : [10]
/** Bytes of an event, and how many are recorded at once. */
const bytes = 2_000
const events = 1_000
/**
 * How often: 10 MB, since the network takes about 3 MB for each reader by itself on loopback. On a
 * machine with much to do it takes more, up to 32 MB here (`net.ipv4.tcp_rmem`) and 4 (`tcp_wmem`).
 */
const [floods, maxFloods] = [5, 20]
/**
 * What one slow reader may cost, in bytes: the `maxQueue` of `/realtime/strict`, and a page of 100
 * events, or the 300 of a state, that was begun before it was full; twice, since the network's copy
 * of a message is another.
 */
const each = 2 * (20_000 + 300 * (bytes + 200))
/** Three halves of a young generation of V8's (16 MiB each), and what the flood itself takes. */
const atRest = 80 * 2 ** 20

describe.each(faultTargets)('$name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    // Or the first have ended before the last are there.
    server = await serveForVitals(target, { STREAM_AGE: '600000' })
  })
  afterAll(() => server.stop())

  /** Of the hub that slow readers are on. */
  const size = (): Promise<{ connections: number; channels: number }> => act(server, 'size')

  test.each(transportNames.flatMap((transport) => counts.map((count) => ({ transport, count }))))(
    'rule 9: with $count readers over $transport that take 1 kB a second others are on time, and the slow are let go',
    { timeout: 600_000 },
    async ({ transport, count }) => {
      const prompt = openClient(`${server.url}/realtime?user=ada`, 'websocket')
      const id = randomUUID()
      const reader = readJournal(prompt, id)
      await live(reader)
      let published = 0

      /** How long others wait for an event while so much is told to `count` readers: the slowest tenth left out, in ms. */
      async function delayOf(bytesPerSecond: number): Promise<number> {
        const flooded = randomUUID()
        const readers: RawConnection[] = []
        await inParallel(count, 50, async () => {
          const one = await slowReader(
            server.port,
            '/realtime/strict?user=slow',
            flooded,
            transport,
            bytesPerSecond,
          )
          readers.push(one)
          onTestFinished(() => void one.socket.destroy())
        })
        await eventually(async () => (await size()).connections === count, 60_000)
        const delays: number[] = []
        const over = new AbortController()
        const told = { journal: flooded, count: String(events), bytes: String(bytes) }
        const flood = (async () => {
          for (let done = 0; done < maxFloods; done++) {
            // oxlint-disable-next-line no-await-in-loop -- one after another
            if (done >= floods && (bytesPerSecond === Infinity || (await size()).channels === 0))
              break
            // oxlint-disable-next-line no-await-in-loop
            await act(server, 'record', told)
          }
        })().finally(() => over.abort())
        while (!over.signal.aborted) {
          const begun = performance.now()
          // oxlint-disable-next-line no-await-in-loop -- one after another
          await prompt.session.publish(journal, { id }, `event ${published++}`)
          // oxlint-disable-next-line no-await-in-loop
          await eventually(() => reader.events.length === published || undefined, 60_000)
          delays.push(performance.now() - begun)
        }
        await flood
        if (bytesPerSecond === Infinity) for (const { socket } of readers) socket.destroy()
        return delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.9)] ?? 0
      }

      const control = await delayOf(Infinity)
      await eventually(async () => (await size()).connections === 0, 60_000)
      const before = await act<Counts>(server, 'counts')
      const { rss } = await vitalsOf(server)
      const delay = await delayOf(1_000)
      const more = (await vitalsOf(server)).rss - rss
      // Loosely: others use the machine too.
      expect(delay).toBeLessThan(5 * control + 300)
      expect(more).toBeLessThan(count * each + atRest)
      await eventually(async () => (await size()).channels === 0, 60_000)
      const { closes, resets } = await act<Counts>(server, 'counts')
      const letGo = (code: string): number => (closes[code] ?? 0) - (before.closes[code] ?? 0)
      // On a machine with much to do some are further behind than the history before they are stuck;
      // what is told then they do not read.
      const behind = resets - before.resets
      expect(letGo('4201') + behind).toBeGreaterThanOrEqual(count)
      expect(reader.events).toHaveLength(published)
      expect(reader.jumps).toBe(1)
      if (long) {
        console.log(
          `${target.name}: ${count} slow readers over ${transport}: an event took others ${delay.toFixed(0)} ms, ${control.toFixed(0)} ms with ${count} that read; ${(more / 1e6).toFixed(0)} MB of memory more meanwhile`,
        )
      }
      expect(server.output()).not.toMatch(/unhandled|uncaught/i)
    },
  )
})

interface Counts {
  resets: number
  closes: Record<string, number>
}
