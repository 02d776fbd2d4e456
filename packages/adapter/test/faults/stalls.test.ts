import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { journal } from '../app/src/lib/channels.ts'
import { describeServed } from '../run-contract.ts'
import { act } from './act.ts'
import { live, openClient, proxyOf, texts } from './follow.ts'
import { readJournal } from './journal-reader.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { transportNames } from './transports.ts'
import type { TransportName } from './transports.ts'

/** Of `/realtime/strict`, in ms. */
const heartbeat = 1_500
/** What a busy machine may add to a timer, in ms. */
const slack = 5_000

/** Where the server notices what has vanished: streams of `/realtime/strict` live for 2 s at most. */
const noticedAfter: Record<TransportName, number> = {
  websocket: 1.5 * heartbeat,
  'event-stream': 2_000,
}

for (const target of faultTargets) {
  describeServed(target, (server) => {
    const connections = async (): Promise<number> =>
      (await act<{ connections: number }>(server(), 'size')).connections

    describe.each(transportNames)('over %s', (transport) => {
      test('rule 6: a client that can write, and to which nothing comes, gives up by its own timer and is live again', async () => {
        const proxy = await proxyOf(server())
        const id = randomUUID()
        const client = openClient(`${proxy.url}/realtime/strict?user=ada`, transport)
        const reader = readJournal(client, id)
        await live(reader)
        const begun = performance.now()
        reader.statuses.length = 0
        proxy.stall(['down'])
        // It gets there, and the answer does not come back.
        const published = client.session.publish(journal, { id }, 'into the void')
        await eventually(
          async () => (await act<unknown[]>(server(), 'journal', { journal: id })).length === 1,
        )
        await act(server(), 'record', { journal: id, count: '5' })
        await eventually(() => reader.statuses.includes('resuming'), 1.5 * heartbeat + slack)
        // Not sooner than silence says so: no end came through.
        expect(performance.now() - begun).toBeGreaterThan(heartbeat / 2)
        await live(reader)
        await published
        expect(reader.events).toEqual(['into the void', ...texts(5)])
        expect(reader.jumps).toBe(1)
        expect(await act(server(), 'journal', { journal: id })).toHaveLength(6)
      })

      test('rule 6: a peer that vanishes without a word is given up by both sides', async () => {
        const proxy = await proxyOf(server())
        const id = randomUUID()
        const clients = Array.from({ length: 10 }, () =>
          openClient(`${proxy.url}/realtime/strict?user=ada`, transport),
        )
        const readers = clients.map((client) => readJournal(client, id))
        await Promise.all(readers.map((reader) => live(reader)))
        await eventually(async () => (await connections()) === 10)
        proxy.stall(['up', 'down'])
        for (const { session } of clients.slice(1)) session.close()
        await act(server(), 'record', { journal: id, count: '5' })
        // The one that is left comes back by another way; of the others the server has heard nothing.
        await eventually(() => readers[0]?.events.length === 5, 1.5 * heartbeat + slack)
        await eventually(async () => (await connections()) === 1, noticedAfter[transport] + slack)
        expect(readers[0]?.events).toEqual(texts(5))
        await live(readers[0]!)
      })
    })
  })
}
