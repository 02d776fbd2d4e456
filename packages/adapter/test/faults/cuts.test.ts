import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { cutAfter, cutBefore } from '../../../../testing/fault-proxy.ts'
import { long } from '../../../../testing/long.ts'
import { journal } from '../app/src/lib/channels.ts'
import { describeServed } from '../run-contract.ts'
import { act } from './act.ts'
import { live, openClient, proxyOf, texts } from './follow.ts'
import { readJournal } from './journal-reader.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { transportNames } from './transports.ts'
import type { TransportName } from './transports.ts'

const frames = 200
/** How many sessions are cut during one recording of the same frames. */
const atOnce = 250
/** Between one cut and the next, in bytes: a prime, so that all places within a frame are met. */
const stride = long ? 1 : 37

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

      test(
        `rule 1: cut at ${long ? 'each byte' : `every ${stride}th byte`} of ${frames} frames, a session has everything once, in order`,
        { timeout: 900_000 },
        async () => {
          const recorded = await record()
          const offsets = Array.from(
            { length: Math.ceil(recorded.length / stride) },
            (_, index) => index * stride,
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
          for (let first = 0; first < offsets.length; first += atOnce) {
            const left = offsets.slice(first, first + atOnce)
            const cuts = left.length
            const sure = left.filter((offset) => offset < last - spare).length
            // oxlint-disable-next-line no-loop-func -- each round has its own
            const proxy = await proxyOf(server(), (head) => {
              if (!streamHead[transport].test(head)) return undefined
              const offset = left.shift()
              if (offset === undefined) return undefined
              return { down: cutAfter(offset), by: offset % 2 ? 'end' : 'reset' }
            })
            const id = randomUUID()
            const clients = Array.from({ length: cuts }, () =>
              openClient(`${proxy.url}/realtime`, transport),
            )
            const readers = clients.map((client) => readJournal(client, id))
            // oxlint-disable-next-line no-await-in-loop -- one recording after another
            await Promise.all(readers.map((reader) => live(reader, 60_000)))
            // oxlint-disable-next-line no-await-in-loop
            await act(server(), 'record', { journal: id, count: String(frames) })
            // oxlint-disable-next-line no-await-in-loop
            await eventually(() => readers.every(({ events }) => events.length >= frames), 60_000)
            for (const { events, jumps } of readers) {
              expect(events).toEqual(texts(frames))
              expect(jumps).toBe(1)
            }
            // Of half a frame nothing is left, not even a complaint.
            expect(clients.flatMap(({ errors }) => errors)).toEqual([])
            expect(left).toEqual([])
            // The last may have been told all before its byte came.
            expect(proxy.counts.cut).toBeGreaterThanOrEqual(sure)
            for (const { session } of clients) session.close()
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
