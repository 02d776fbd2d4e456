import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually, within } from '../../../../testing/eventually.ts'
import { frame, opcodes } from '../../../../testing/frame.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RawConnection } from '../../../../testing/raw.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect } from '../../../../testing/socket-client.ts'
import type { TestSocket } from '../../../../testing/socket-client.ts'
import { serve } from '../../../../testing/targets.ts'
import type { Target } from '../../../../testing/targets.ts'
import { endings, oddities } from './frames.ts'
import { handshakes, open, unknown } from './handshakes.ts'

/**
 * What clients send that mean harm, or were written badly. The process must live, and an honest peer
 * that was there before must have its echo after each of them.
 */
export function hostileContract(target: Target, app: string): void {
  let server: RunningServer | undefined
  let honest: TestSocket | undefined
  let echoes = 0

  const running = (): RunningServer => server as RunningServer
  const ended = (): boolean =>
    server !== undefined && (server.child.exitCode !== null || server.child.signalCode !== null)
  const linesOf = async (id: string): Promise<string[]> =>
    (await fetch(`${running().url}/log/${id}`)).json() as Promise<string[]>
  const handles = async (): Promise<number> => {
    const vitals = await fetch(`${running().url}/vitals`)
    return ((await vitals.json()) as { handles: number }).handles
  }
  const peers = async (): Promise<number> =>
    (await fetch(`${running().url}/peers`)).json() as Promise<number>

  // A case that ends the process must not take the next ones with it.
  beforeEach(async () => {
    if (server && !ended()) return
    server = await serve(target, app)
    honest = await connect(`${server.url}/socket/echo`)
  })
  afterEach(async () => {
    expect(ended(), running().output()).toBe(false)
    honest?.ws.send(`echo ${++echoes}`)
    expect(await honest?.next()).toBe(`echo ${echoes}`)
  })
  afterAll(async () => {
    await server?.stop()
  })

  /** An open socket without a client. */
  async function bare(path = '/socket/echo'): Promise<RawConnection> {
    const raw = rawConnection(running().port, open(path))
    await within(raw.answered, 5_000, '101')
    expect(raw.received()).toMatch(/^HTTP\/1\.1 101 /)
    return raw
  }
  /** What has come after the handshake. */
  const framesOf = (raw: RawConnection): string => {
    const text = raw.received()
    return text.slice(text.indexOf('\r\n\r\n') + 4)
  }

  describe('before there is a socket', () => {
    test.each(Object.entries(handshakes))('%s', async (_name, { send, statuses }) => {
      const raw = rawConnection(running().port, send)
      // Deno answers the preface of HTTP/2 in HTTP/2.
      const some = new Promise((resolve) => raw.socket.once('data', resolve))
      await within(Promise.race([raw.answered, some]), 5_000, 'an answer')
      // Where the connection goes on, the next answer is that to the next request and no other.
      raw.socket.end(unknown)
      await within(raw.closed, 5_000, 'the end')
      const all = [...raw.received().matchAll(/^HTTP\/1\.\d (\d+)/gm)].map(([, status]) => status)
      expect(all.join('+').replace(/\+404$/, '')).toMatch(statuses)
    })

    test.each(['end', 'resetAndDestroy'] as const)(
      'a client that is gone with its handshake (%s) is let go',
      async (leave) => {
        const before = await handles()
        for (let times = 0; times < 10; times++) {
          const raw = rawConnection(running().port, open('/socket/echo'))
          raw.socket.once('connect', () => raw.socket[leave]())
          await within(raw.closed, 5_000, 'the end')
        }
        await eventually(async () => (await handles()) < before + 5)
      },
    )

    test('a client that is refused and keeps its half open is dropped', async () => {
      const refused = rawConnection(running().port, open('/socket/auth/blue'), { halfOpen: true })
      await within(refused.answered, 5_000, '401')
      // Bun and Deno keep the connection for another request.
      if (target.runtime !== 'node') return refused.socket.destroy()
      await within(refused.ended, 5_000, 'the end')
      // The server's side is gone when it answers with a reset.
      const timer = setInterval(() => refused.socket.write('still here'), 100)
      await within(refused.closed, 5_000, 'the reset')
      clearInterval(timer)
    })
  })

  describe('in a socket', () => {
    test.each(Object.entries(endings))('%s ends it', async (_name, { send, code, gap }) => {
      const id = randomUUID()
      const raw = await bare(`/socket/echo?id=${id}`)
      for (const bytes of send) raw.socket.write(bytes)
      if (gap && target.gaps.includes(gap)) {
        raw.socket.destroy()
        return
      }
      await within(raw.closed, 5_000, 'the end')
      const back = Buffer.from(framesOf(raw), 'latin1')
      const told = back.length >= 4 ? back.readUInt16BE(2) : undefined
      expect(target.gaps.includes('silent-errors') ? [code, undefined] : [code]).toContain(told)
      const seen = await eventually(async () =>
        (await linesOf(id)).find((line) => line.startsWith('close ')),
      )
      expect(seen).toMatch(/^close (?:1000|3000|1006) $/)
    })

    test.each(Object.entries(oddities))('%s is taken', async (_name, { send, back }) => {
      const raw = await bare()
      for (const bytes of send) raw.socket.write(bytes)
      await eventually(() => framesOf(raw) === back)
      raw.socket.destroy()
    })

    test('half a frame, then the end', async () => {
      const id = randomUUID()
      const raw = await bare(`/socket/echo?id=${id}`)
      raw.socket.end(frame(opcodes.text, 'hello').subarray(0, 8))
      await eventually(async () => (await linesOf(id)).includes('close 1006 '))
      await within(raw.closed, 5_000, 'the end')
    })

    test('the end of one half, then silence', async () => {
      const id = randomUUID()
      const raw = rawConnection(running().port, open(`/socket/echo?id=${id}`), { halfOpen: true })
      await within(raw.answered, 5_000, '101')
      raw.socket.end()
      await eventually(async () => (await linesOf(id)).includes('close 1006 '))
      await within(raw.ended, 5_000, "the server's end")
      raw.socket.destroy()
    })

    test('a reset', async () => {
      const id = randomUUID()
      const raw = await bare(`/socket/echo?id=${id}`)
      raw.socket.resetAndDestroy()
      await eventually(async () => (await linesOf(id)).includes('close 1006 '))
    })

    test('a client that goes over a limit and does not answer the close frame is dropped', async () => {
      const raw = await bare('/socket/limits')
      for (let sent = 0; sent < 10; sent++) raw.socket.write(frame(opcodes.text, 'x'))
      await within(raw.closed, 5_000, 'the end')
      if (!target.gaps.includes('crossed-close')) {
        expect(framesOf(raw)).toContain('\x03\xf0messages come faster')
      }
    })

    test('pings count for the rate limit', async () => {
      const raw = await bare('/socket/limits')
      for (let sent = 0; sent < 30; sent++) raw.socket.write(frame(opcodes.ping, 'p'))
      if (target.gaps.includes('uncounted-pings')) {
        await eventually(() => framesOf(raw).split('\x8a\x01p').length === 31)
        raw.socket.destroy()
        return
      }
      await within(raw.closed, 5_000, 'the end')
      expect(framesOf(raw)).toContain('\x03\xf0pings come faster')
    })
  })

  test('all of it has left no peer but the honest one, and no unhandled error in the log', async () => {
    await eventually(async () => (await peers()) === 1, 10_000)
    expect(running().output()).not.toMatch(/unhandled|uncaught/i)
  })
}
