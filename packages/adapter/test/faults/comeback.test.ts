import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { freePort } from '../../../../testing/free-port.ts'
import { long } from '../../../../testing/long.ts'
import { runServer } from '../../../../testing/run-server.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { runtimes, serve } from '../../../../testing/targets.ts'
import { app } from '../run-contract.ts'
import { act } from './act.ts'
import { faultTargets } from '../../../../testing/fault-targets.ts'
import { transportNames } from './transports.ts'

const clients = long ? 10_000 : 200
/** A process has a bound of open files. */
const perProcess = 2_500
/**
 * Each process of clients has an address of its own, as clients have: of one address to one port Linux
 * has 28 000 connections, half of which it looks through for each new one when there are more than
 * 14 000. The clients took the machine for that, and a server that had 10 000 to let go (Deno) got
 * a tenth of it. Other systems have but one such address.
 */
const addresses = long && process.platform === 'linux'
const rooms = 100
/** How long they may take beyond the window over which they are spread, in ms, on a machine that has nothing else to do. */
const inTime = 15_000
/** Between two that are sent away, in ms; see `open-connections.ts`. */
const apart = 1

interface Crowd {
  live(): number
  /** How many got a new state in place of what they had. */
  missed(): number
  interrupt(): void
}

async function crowdOf(url: string, transport: string): Promise<Crowd> {
  const processes = await Promise.all(
    Array.from({ length: Math.ceil(clients / perProcess) }, async (_, index) => {
      const running = await runServer({
        command: [
          ...[...runtimes.node.run, '--conditions=@kitrt/source'],
          ...[join(import.meta.dirname, 'crowd-process.ts'), url],
          ...[String(Math.min(clients, perProcess)), String(rooms), transport],
          ...(addresses ? [`127.0.0.${2 + index}`] : []),
        ],
        cwd: app,
        ready: /"live"/,
      })
      onTestFinished(async () => {
        await running.stop()
      })
      return running
    }),
  )
  const sum = (name: 'live' | 'missed'): number =>
    processes
      .map((one) => one.output().trim().split('\n').at(-1) ?? '')
      .map((line) => (JSON.parse(line) as Record<string, number>)[name] ?? 0)
      .reduce((all, one) => all + one, 0)
  return {
    live: () => sum('live'),
    missed: () => sum('missed'),
    interrupt() {
      for (const { child } of processes) child.kill('SIGUSR2')
    },
  }
}

describe.each(faultTargets)('$name', (target) => {
  const loads = async (server: RunningServer): Promise<number> =>
    (await act<{ snapshots: number }>(server, 'counts')).snapshots

  // Streams take as long again.
  test.each(long ? transportNames : transportNames.slice(0, 1))(
    `rule 3: ${clients} clients over %s that come back at once are live in time, and the state of each room is loaded once a second at most`,
    { timeout: 600_000 },
    async (transport) => {
      const port = await freePort()
      const start = (): Promise<RunningServer> => serve(target, app, { PORT: String(port) })
      let server = await start()
      onTestFinished(async () => {
        await server.stop()
      })
      const begun = performance.now()
      const crowd = await crowdOf(`${server.url}/realtime`, transport)
      const most = (): true | undefined => crowd.live() >= 0.99 * clients || undefined
      await eventually(most, 240_000)
      // What it takes this machine today when nothing has failed: coming back is no more work.
      const first = performance.now() - begun
      const patience = Math.max(inTime, 2 * first)
      await eventually(() => crowd.live() === clients || undefined, 60_000)

      // The history holds: nobody needs a state.
      const before = await loads(server)
      await act(server, 'lag')
      const cut = performance.now()
      crowd.interrupt()
      await eventually(() => crowd.live() < clients / 2 || undefined, 10_000)
      await eventually(most, patience)
      const resumed = performance.now() - cut
      const lag = await act<number>(server, 'lag')
      // Attempts that their clients had given up, on a machine with much to do, may be answered late.
      expect(await loads(server)).toBeLessThanOrEqual(before + (long ? rooms : 0))
      expect(crowd.missed()).toBe(0)
      await eventually(() => crowd.live() === clients || undefined, 60_000)

      // The history went with the process: all need a state, of a hundred rooms. Redis has it still.
      const kept = target.env?.['REDIS_URL'] !== undefined
      await server.stop('SIGTERM')
      server = await start()
      const back = performance.now()
      await act(server, 'lag')
      // Over streams a reset costs each another stream (rule 8).
      const streams = transport === 'websocket' ? 1 : 2
      await eventually(most, clients * apart + streams * patience)
      const restarted = performance.now() - back
      const lagAfter = await act<number>(server, 'lag')
      expect(await loads(server)).toBeLessThanOrEqual(
        kept ? 0 : rooms * (1 + Math.ceil(restarted / 1000)),
      )
      // Each was told once, and is not told again and again.
      await eventually(() => crowd.live() === clients || undefined, 60_000)
      expect(crowd.missed()).toBe(kept ? 0 : clients)
      if (long) {
        console.log(
          `${target.name}: ${clients} clients over ${transport}: 99 of 100 live ${(first / 1000).toFixed(1)} s after the first came, ${(resumed / 1000).toFixed(1)} s after all were cut off, no state loaded, the event loop ${lag.toFixed(0)} ms late at most; ${(restarted / 1000).toFixed(1)} s after a restart, ${await loads(server)} states loaded, ${lagAfter.toFixed(0)} ms late at most`,
        )
      }
      expect(server.output()).not.toMatch(/unhandled|uncaught/i)
    },
  )
})
