import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { TestContext } from 'vitest'
import { within } from '../../../../testing/eventually.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RawConnection } from '../../../../testing/raw.ts'
import { connect } from '../../../../testing/socket-client.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { app } from '../../../adapter/test/run-contract.ts'
import { open } from './handshakes.ts'

const many = 200
/** Node looks each 5 s for those who took longer than 15, Bun each 4 s for those who took 10. */
const limit = 30_000

const [line, headers] = open('/socket/echo').split(/(?<=\r\n)/, 2) as [string, string]

/** Sends a request byte by byte, and then a header that never ends. */
function trickle(
  port: number,
  begin: string,
  onTestFinished: TestContext['onTestFinished'],
): RawConnection {
  const raw = rawConnection(port, begin.slice(0, 1))
  let sent = 1
  let timer: ReturnType<typeof setInterval> | undefined
  raw.socket.once('connect', () => {
    timer = setInterval(() => raw.socket.write(begin[sent++] ?? 'x'), 50)
  })
  void raw.closed.then(() => clearInterval(timer))
  onTestFinished(() => {
    raw.socket.destroy()
  })
  return raw
}

describe.each(targets.filter(({ name, mode }) => mode === 'production' || name === 'node dev'))(
  '$name',
  { concurrent: true },
  (target) => {
    test(
      `${many} handshakes that trickle in do not hold up others, and are ended in time`,
      { timeout: 90_000 },
      // Of the test itself: these are concurrent, and the imported hook is of whichever is known.
      async ({ onTestFinished }) => {
        const server = await serve(target, app)
        onTestFinished(async () => {
          await server.stop()
        })
        const honest = await connect(`${server.url}/socket/echo`)
        // One whose line is slow, but who means it.
        const late = rawConnection(server.port, line)
        const begin = performance.now()
        const slow = Array.from({ length: many }, () =>
          trickle(server.port, `${line}${headers}X-Slow: `, onTestFinished),
        )
        const ended = Promise.all(slow.map(({ closed }) => closed)).then(() => true)
        const oneMore = async (): Promise<void> => {
          honest.ws.send('here')
          expect(await honest.next()).toBe('here')
          const other = await connect(`${server.url}/socket/echo`)
          other.ws.close()
          expect((await fetch(server.url)).status).toBe(200)
        }
        await setTimeout(3_000)
        late.socket.write(open('/socket/echo').slice(line.length))
        await within(late.answered, 20_000, '101')
        expect(late.received()).toMatch(/^HTTP\/1\.1 101 /)
        late.socket.destroy()
        await oneMore()
        // Vite has Node's own limit of a minute, and is nobody's to reach.
        if (target.mode === 'production') {
          const rest = begin + limit - performance.now()
          const all = await Promise.race([ended, setTimeout(rest, false)])
          expect(all).toBe(!target.gaps.includes('slow-requests'))
          await oneMore()
        }
        for (const { received } of slow) expect(received()).toMatch(/^(?:$|HTTP\/1\.1 408 )/)
        expect(server.child.exitCode).toBeNull()
        expect(server.output()).not.toMatch(/unhandled|uncaught/i)
      },
    )
  },
)
