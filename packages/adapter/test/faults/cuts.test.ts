import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { createFaultProxy, cutAfter, cutBefore } from '../../../../testing/fault-proxy.ts'
import { inParallel, long } from '../../../../testing/long.ts'
import { journal } from '../app/src/lib/channels.ts'
import { describeServed } from '../run-contract.ts'
import { act } from './act.ts'
import { live, openClient, proxyOf, texts } from './follow.ts'
import { readJournal } from './journal-reader.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { transportNames } from './transports.ts'
import type { TransportName } from './transports.ts'

const frames = 200
/** How many sessions are cut during one recording of the same frames; two are recorded at a time. */
const atOnce = 125
/** Between one cut and the next, in bytes: a prime, so that all places within a frame are met. */
const stride = 37

const streamHead: Record<TransportName, RegExp> = {
  websocket: /^upgrade: *websocket/im,
  'event-stream': /^accept: *text\/event-stream/im,
}

for (const target of faultTargets) {
  describeServed(target, (server) => {
    describe.each(transportNames)('over %s', (transport) => {
      /** What the server sends in a session of 200 frames that nobody cuts. */
      async function record(): Promise<string> {
        let all = ''
        const proxy = await proxyOf(server(), () => ({
          tap: (chunk, way) => (all += way === 'down' ? chunk.toString('latin1') : ''),
        }))
        const id = randomUUID()
        const reader = readJournal(openClient(`${proxy.url}/realtime`, transport), id)
        await live(reader)
        await act(server(), 'record', { journal: id, count: String(frames) })
        await eventually(() => reader.events.length === frames)
        return all
      }

      /** Cuts a session at each of some bytes, while the same frames are recorded for all. @returns how many connections were cut */
      async function cutAt(offsets: readonly number[], held: boolean): Promise<number> {
        const left = [...offsets]
        const proxy = await createFaultProxy(server().port, {
          plan(head) {
            if (!streamHead[transport].test(head)) return undefined
            const offset = left.shift()
            if (offset === undefined) return undefined
            return { down: cutAfter(offset), by: offset % 2 ? 'end' : 'reset' }
          },
        })
        const id = randomUUID()
        const clients = offsets.map(() => openClient(`${proxy.url}/realtime`, transport))
        try {
          const readers = clients.map((client) => readJournal(client, id))
          await Promise.all(readers.map((reader) => live(reader, 60_000)))
          if (held) proxy.stall(['down'])
          await act(server(), 'record', { journal: id, count: String(frames) })
          proxy.release()
          await eventually(() => readers.every(({ events }) => events.length >= frames), 60_000)
          const all = texts(frames).join()
          for (const { events, jumps } of readers) {
            expect(events.join()).toBe(all)
            expect(jumps).toBe(1)
          }
          // Of half a frame nothing is left, not even a complaint.
          expect(clients.flatMap(({ errors }) => errors)).toEqual([])
          expect(left).toEqual([])
          return proxy.counts.cut
        } finally {
          for (const { session } of clients) session.close()
          await proxy.close()
        }
      }

      // In `test:long` the network holds what the server writes until it has written all, since all else
      // that takes time is the same for each byte; while it writes, they are cut at some as well.
      test.each(
        long
          ? [
              { stride, held: false },
              { stride: 1, held: true },
            ]
          : [{ stride, held: false }],
      )(
        `rule 1: cut at each byte, by a stride of $stride, of ${frames} frames, a session has everything once, in order`,
        { timeout: 900_000 },
        async ({ stride: step, held }) => {
          const recorded = await record()
          const offsets = Array.from(
            { length: Math.ceil(recorded.length / step) },
            (_, index) => index * step,
          )
          // Each place within a frame is met; a frame of three digits is the longest.
          const starts = [...recorded.matchAll(/\{"c":\d+,"n"/g)].map(({ index }) => index)
          expect(starts).toHaveLength(frames)
          const places = new Set(
            offsets.map((offset) => offset - (starts.findLast((start) => start <= offset) ?? 0)),
          )
          const longest = (starts.at(-1) ?? 0) - (starts.at(-2) ?? 0)
          expect(Array.from({ length: longest }, (_, at) => places.has(at))).not.toContain(false)

          const last = offsets.at(-1) ?? 0
          // What comes from Redis at once is written at once, which may take 8 bytes less for each event.
          const spare = target.env ? 8 * frames : 0
          const rounds = Math.ceil(offsets.length / atOnce)
          let cut = 0
          // The server of one and the clients of another use a core each.
          await inParallel(rounds, 2, async (round) => {
            const these = offsets.slice(round * atOnce, (round + 1) * atOnce)
            // The last may have been told all before its byte came.
            const sure = these.filter((offset) => offset < last - spare).length
            const done = await cutAt(these, held)
            expect(done).toBeGreaterThanOrEqual(sure)
            cut += done
          })
          if (long) {
            console.log(
              `${target.name}: ${cut} sessions over ${transport} cut, at each ${step}th of ${recorded.length} bytes, ${held ? 'after' : 'while'} the server wrote them`,
            )
          }
        },
      )

      test('rule 1: what the server wrote and the network lost comes once', async () => {
        const proxy = await proxyOf(server())
        const id = randomUUID()
        const reader = readJournal(openClient(`${proxy.url}/realtime`, transport), id)
        await live(reader)
        for (let round = 0; round < 5; round++) {
          const before = reader.events.length
          proxy.stall(['down'])
          // oxlint-disable-next-line no-await-in-loop -- round after round
          await act(server(), 'record', { journal: id, count: '20', text: `${round} ` })
          expect(reader.events).toHaveLength(before)
          proxy.reset()
          // oxlint-disable-next-line no-await-in-loop
          await eventually(() => reader.events.length >= before + 20)
        }
        await live(reader)
        expect(reader.events).toEqual([0, 1, 2, 3, 4].flatMap((round) => texts(20, `${round} `)))
        expect(reader.jumps).toBe(1)
      })

      test.each(['end', 'reset'] as const)(
        'rule 5: a publish whose answer is cut off by %s is stored once, and its sender learns where',
        async (by) => {
          const answers: string[] = []
          let whole = false
          const proxy = await proxyOf(server(), () => ({
            down: (chunk, passed) => (whole ? undefined : cutBefore('"ack"')(chunk, passed)),
            by,
            tap(chunk, way) {
              if (way === 'down' && chunk.includes('"ack"')) answers.push(chunk.toString('latin1'))
            },
          }))
          const id = randomUUID()
          const client = openClient(`${proxy.url}/realtime?user=ada`, transport)
          const reader = readJournal(client, id)
          await live(reader)
          const stored = client.session.publish(journal, { id }, 'once')
          await eventually(() => proxy.counts.cut === 2)
          whole = true
          const { position } = await stored
          await eventually(() => reader.events.length > 0)
          await client.session.publish(journal, { id }, 'next')
          await eventually(() => reader.events.length > 1)
          expect(reader.events).toEqual(['once', 'next'])
          expect(await act(server(), 'journal', { journal: id })).toEqual([
            { position, event: 'once' },
            { position: expect.any(String), event: 'next' },
          ])
          expect(answers[0]).toContain('"dup":true')
        },
      )
    })
  })
}
