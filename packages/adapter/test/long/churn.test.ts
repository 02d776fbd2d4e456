import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { inParallel, long } from '../../../../testing/long.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect } from '../../../../testing/socket-client.ts'
import { targets } from '../../../../testing/targets.ts'
import { serveForVitals, vitalsOf } from './vitals.ts'

const rounds = long ? 10 : 2
const perRound = long ? 2_000 : 100

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serveForVitals(target)
  })
  afterAll(() => server.stop())

  /** Every third leaves politely, every third vanishes, every third is a stream. */
  async function comeAndGo(index: number): Promise<void> {
    if (index % 3 === 2) {
      const raw = rawConnection(server.port, 'GET /stream/seen HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
      await raw.answered
      raw.socket.destroy()
      return
    }
    const { ws, next, closed } = await connect(`${server.url}/socket/echo`)
    ws.send('hello')
    expect(await next()).toBe('hello')
    if (index % 3 === 0) ws.close()
    else ws.terminate()
    await closed
  }

  test(
    `${rounds * perRound} sockets and streams that come and go leave nothing behind`,
    { timeout: 600_000 },
    async () => {
      /** The first rounds warm up. */
      const warm = long ? 3 : 1
      let before = 0
      for (let round = 0; round < rounds; round++) {
        await inParallel(perRound, 50, comeAndGo)
        await eventually(async () => (await vitalsOf(server)).peers === 0, 10_000)
        if (round + 1 === warm) before = (await vitalsOf(server)).heapUsed
      }
      if (long) {
        // What each leaves behind; a socket that is kept holds more than 5 kB. Deno holds those that vanished until their idle timers end, a minute later.
        const kept = async (): Promise<number> =>
          ((await vitalsOf(server)).heapUsed - before) / ((rounds - warm) * perRound)
        await eventually(async () => (await kept()) < 500, 120_000)
        console.log(
          `${target.name}: ${(await kept()).toFixed(0)} bytes of heap for each that came and went`,
        )
      }
      expect(server.output()).not.toMatch(/unhandled|uncaught|fault/i)
    },
  )
})
