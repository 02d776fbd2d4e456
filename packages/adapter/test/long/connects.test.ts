import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { inParallel, long } from '../../../../testing/long.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RawConnection } from '../../../../testing/raw.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect } from '../../../../testing/socket-client.ts'
import type { TestSocket } from '../../../../testing/socket-client.ts'
import { targets } from '../../../../testing/targets.ts'
import { open } from '../../../ws/test/hostile/handshakes.ts'
import { serveForVitals, vitalsOf } from './vitals.ts'
import type { Vitals } from './vitals.ts'

const connects = long ? 10_000 : 1_000
const rounds = long ? 3 : 2

describe.each(targets.filter(({ name, mode }) => mode === 'production' || name === 'node dev'))(
  '$name',
  (target) => {
    let server: RunningServer
    let honest: TestSocket
    beforeAll(async () => {
      server = await serveForVitals(target)
      honest = await connect(`${server.url}/socket/echo`)
    })
    afterAll(() => server.stop())

    const vitals = (): Promise<Vitals> => vitalsOf(server)
    const peers = async (): Promise<number> =>
      (await fetch(`${server.url}/peers`)).json() as Promise<number>
    const echo = async (text: string): Promise<void> => {
      honest.ws.send(text)
      expect(await honest.next()).toBe(text)
    }

    async function handshake(): Promise<RawConnection> {
      const raw = rawConnection(server.port, open('/socket/echo'))
      await raw.answered
      expect(raw.received()).toMatch(/^HTTP\/1\.1 101 /)
      return raw
    }

    /** Every way to leave, one after another. */
    async function dropIn(index: number): Promise<void> {
      const early = index % 2 === 0 && !target.gaps.includes('lost-upgrades')
      const { socket, closed } = early
        ? rawConnection(server.port, open('/socket/echo'))
        : await handshake()
      if (early) await new Promise((resolve) => socket.once('connect', resolve))
      const way = index % 3
      if (way === 0) socket.resetAndDestroy()
      if (way === 1) socket.end()
      if (way === 2) socket.destroy()
      return closed
    }

    test(
      `${connects} connects as fast as this machine makes them, dropped and held, leave nothing behind`,
      { timeout: 600_000 },
      async () => {
        const before = await vitals()
        const after: Vitals[] = []
        const mosts: Vitals[] = []
        for (let round = 0; round < rounds; round++) {
          const begin = performance.now()
          await inParallel(connects, 500, dropIn)
          const dropped = performance.now() - begin
          await echo(`dropped ${round}`)

          const held: RawConnection[] = []
          await inParallel(connects, 500, async () => {
            held.push(await handshake())
          })
          const holding = performance.now() - begin - dropped
          await echo(`held ${round}`)
          // The honest one is there too, and those who left may still be on their way.
          await eventually(async () => (await peers()) === connects + 1, 60_000)
          const most = await vitals()
          mosts.push(most)
          expect((await fetch(server.url)).status).toBe(200)
          for (const { socket } of held) socket.resetAndDestroy()
          await eventually(async () => (await peers()) === 1, 60_000)
          await echo(`left ${round}`)
          after.push(await vitals())
          if (long) {
            const mean = (most.heapUsed - after[0]!.heapUsed) / connects
            console.log(
              `${target.name}: ${Math.round(connects / (dropped / 1000))} connects and drops a second, ${Math.round(connects / (holding / 1000))} connects a second held at ${Math.round(most.rss / 1e6)} MB of memory, ${(mean / 1000).toFixed(1)} kB of heap each; ${Math.round(before.rss / 1e6)} MB before, ${Math.round((await vitals()).rss / 1e6)} MB afterwards`,
            )
          }
        }
        // What each leaves behind; a socket that is kept holds more than 5 kB.
        const kept = async (): Promise<number> =>
          ((await vitals()).heapUsed - after[0]!.heapUsed) / (2 * connects * (rounds - 1))
        await eventually(async () => (await kept()) < 500, 60_000)
        // 20 MB is for what the process has learnt: compiled code, loaded modules.
        await eventually(async () => (await vitals()).heapUsed < before.heapUsed + 20e6)
        // What the first round took stays with malloc for the next, which takes some more by
        // fragmentation.
        expect((await vitals()).rss).toBeLessThan(1.25 * mosts[0]!.rss + 30e6)
        // Not one connection of each hundred that came.
        await eventually(async () => (await vitals()).handles < before.handles + connects / 100)
        expect(server.child.exitCode).toBeNull()
        expect(server.output()).not.toMatch(/unhandled|uncaught/i)
      },
    )
  },
)
