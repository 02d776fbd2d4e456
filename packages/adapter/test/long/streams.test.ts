import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, within } from '../../../../testing/eventually.ts'
import { inParallel, long } from '../../../../testing/long.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { targets } from '../../../../testing/targets.ts'
import { serveForVitals, vitalsOf } from './vitals.ts'

/** The first ones warm up. */
const warm = long ? 3_000 : 500
const opens = long ? 10_000 : 500

/** Ticking, with a history, ended by the server, and asked for by HEAD, which starts none. */
const requests = [
  'GET /stream/seen',
  'GET /stream/recent?topic=churn',
  'GET /stream/lock',
  'HEAD /stream/seen',
]

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serveForVitals(target)
  })
  afterAll(() => server?.stop())

  /** Every kind of stream, left in every way. */
  async function comeAndGo(index: number): Promise<void> {
    const request = requests[index % requests.length]
    const { socket, answered, closed } = rawConnection(
      server.port,
      `${request} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    )
    expect(await within(answered, 30_000, request ?? '')).toBe('answered')
    const way = Math.floor(index / requests.length) % 3
    if (way === 0) socket.resetAndDestroy()
    if (way === 1) socket.destroy()
    // The server closes when it has noticed.
    if (way === 2) socket.end()
    await within(closed, 30_000, `the end of ${request} after half of it`)
  }

  test(
    `${opens} streams that open and close leave no timer, no socket and no memory behind`,
    { timeout: 600_000 },
    async () => {
      await inParallel(warm, 50, comeAndGo)
      await eventually(async () => (await vitalsOf(server)).streams === 0)
      const before = await vitalsOf(server)
      await inParallel(opens, 50, comeAndGo)
      await eventually(async () => (await vitalsOf(server)).streams === 0)
      await eventually(async () => (await vitalsOf(server)).handles <= before.handles + 2, 15_000)
      await eventually(async () => (await vitalsOf(server)).timers <= before.timers + 2, 15_000)
      // What each leaves behind; a stream that is kept holds more than 5 kB. Code that is compiled counts too, and for more where they are few.
      const kept = async (): Promise<number> =>
        ((await vitalsOf(server)).heapUsed - before.heapUsed) / opens
      await eventually(async () => (await kept()) < (long ? 500 : 2_000), 60_000)
      if (long) {
        console.log(
          `${target.name}: streams that opened and closed left ${(await kept()).toFixed(0)} bytes of heap each`,
        )
      }
      expect(server.output()).not.toMatch(/unhandled|uncaught|fault/i)
    },
  )
})
