import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { createNetworkNamespace } from '../../../../testing/network-namespace.ts'
import { runServer } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { runtimes, serve } from '../../../../testing/targets.ts'
import { app } from '../run-contract.ts'
import { act } from './act.ts'
import { texts } from './follow.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'

/** Of `/realtime/strict`, in ms. */
const heartbeat = 1_500
/** What a busy machine may add to a timer, in ms. */
const slack = 8_000

const network = await createNetworkNamespace()

if (typeof network === 'string') test.skip(`a cable that is pulled: ${network}`, () => {})
else {
  const { host, exec, link, move, remove } = network
  afterAll(remove)

  describe.each(faultTargets)('$name', (target) => {
    interface Seen {
      name: string
      status: string
      events: string[]
    }

    async function start(): Promise<{ server: RunningServer; id: string; seen: () => Seen[] }> {
      const server = await serve(target, app, { HOST: host })
      const id = randomUUID()
      const client = await runServer({
        command: [
          ...exec,
          ...[...runtimes.node.run, '--conditions=@kitrt/source'],
          ...[join(import.meta.dirname, 'client-process.ts'), `${server.url}/realtime/strict`, id],
        ],
        cwd: app,
        ready: /"live".*"live"/,
      })
      onTestFinished(async () => {
        await client.stop()
        await server.stop()
      })
      const seen = (): Seen[] => JSON.parse(client.output().trim().split('\n').at(-1) ?? '')
      return { server, id, seen }
    }

    const connections = async (server: RunningServer): Promise<number> =>
      (await act<{ connections: number }>(server, 'size')).connections

    const allSee = (seen: () => Seen[], events: string[]): Promise<unknown> =>
      eventually(
        () => {
          const all = seen().map((one) => [one.status, one.events])
          expect(all).toEqual([
            ['live', events],
            ['live', events],
          ])
          return true
        },
        1.5 * heartbeat + slack,
      )

    test('rule 6: when the cable is pulled, both sides give up within 1.5 heartbeats, and nothing is lost', async () => {
      const { server, id, seen } = await start()
      await act(server, 'record', { journal: id, count: '3' })
      await allSee(seen, texts(3))
      expect(await connections(server)).toBe(2)
      await link('down')
      await act(server, 'record', { journal: id, count: '3', text: 'away ' })
      await eventually(
        () => seen().every(({ status }) => status === 'resuming'),
        1.5 * heartbeat + slack,
      )
      await eventually(async () => (await connections(server)) === 0, 1.5 * heartbeat + slack)
      await link('up')
      await allSee(seen, [...texts(3), ...texts(3, 'away ')])
      expect(await connections(server)).toBe(2)
    })

    test('rule 6: a client that gets another address resumes from there', async () => {
      const { server, id, seen } = await start()
      await act(server, 'record', { journal: id, count: '3' })
      await allSee(seen, texts(3))
      await move()
      await act(server, 'record', { journal: id, count: '3', text: 'moved ' })
      await allSee(seen, [...texts(3), ...texts(3, 'moved ')])
      await eventually(async () => (await connections(server)) === 2, 1.5 * heartbeat + slack)
    })
  })
}
