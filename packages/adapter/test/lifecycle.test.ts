import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, within } from '../../../testing/eventually.ts'
import { freePort } from '../../../testing/free-port.ts'
import { rawConnection } from '../../../testing/raw.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { connect } from '../../../testing/socket-client.ts'
import { serve, targets } from '../../../testing/targets.ts'
import { app } from './run-contract.ts'

const handshake = [
  'GET /socket/echo HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n')

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  async function start(env: Record<string, string> = {}): Promise<RunningServer> {
    const server = await serve(target, app, env)
    onTestFinished(async () => {
      await server.stop()
    })
    return server
  }

  /** A socket that is open and will never answer a close frame. */
  async function deafPeer({ port }: RunningServer): Promise<void> {
    const raw = rawConnection(port, handshake)
    onTestFinished(() => {
      raw.socket.destroy()
    })
    await within(raw.answered, 5_000, '101')
    expect(raw.received()).toContain(' 101 ')
  }

  test('PORT and HOST are honoured, and the address is printed', async () => {
    const port = await freePort()
    const server = await start({ PORT: String(port), HOST: '127.0.0.1' })
    expect(server.output()).toMatch(
      new RegExp(`^Listening on http://127\\.0\\.0\\.1:${port} \\(${target.runtime} \\d`, 'im'),
    )
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
  })

  test('a port that is taken, or is none, is said in one line', async () => {
    const { port } = await start()
    await expect(start({ PORT: String(port) })).rejects.toThrow(`Port ${port} is taken`)
    await expect(start({ HOST: 'nowhere.invalid' })).rejects.toThrow(
      'Cannot listen on nowhere.invalid:0',
    )
    await expect(start({ PORT: 'http' })).rejects.toThrow(
      "PORT must be a number from 0 to 65535, got 'http'.",
    )
  })

  test('the very first request may be an upgrade, as after a restart', async () => {
    const server = await start()
    const { ws, next } = await connect(`${server.url}/socket/echo`)
    ws.send('first')
    expect(await next()).toBe('first')
    ws.close()
  })

  // Of @redis/client, which the app bundles, one is not installed.
  test('an optional package that is not installed is no fault of the start', async () => {
    expect((await start()).output()).not.toContain('[kitrt]')
  })

  describe('a module of the app that cannot be loaded', () => {
    /** The build with one more module, which throws. */
    function brokenBuild(error: string): string {
      const copy = mkdtempSync(join(app, 'node_modules', '.broken-'))
      onTestFinished(() => rmSync(copy, { recursive: true }))
      cpSync(join(app, 'build'), join(copy, 'build'), { recursive: true })
      writeFileSync(join(copy, 'build', 'server', 'chunks', 'broken.js'), `throw ${error}`)
      return copy
    }

    test('is said when the server starts, and ends nothing', async () => {
      const server = await serve(target, brokenBuild("new Error('no key for payments')"))
      onTestFinished(async () => {
        await server.stop()
      })
      expect((await fetch(server.url)).status).toBe(200)
      expect(server.output()).toContain('no key for payments')
    })

    test('ends the start in one line when the mistake is one of kitrt’s own, such as a key that two stores have', async () => {
      const mistake = "Object.assign(new Error('Two stores have the key'), { name: 'KitrtError' })"
      await expect(serve(target, brokenBuild(mistake))).rejects.toThrow(
        'did not start:\nTwo stores have the key\n',
      )
    })
  })

  test('Ctrl-C ends it at once, whatever is open', async () => {
    const server = await start({ SHUTDOWN_TIMEOUT: '60' })
    await deafPeer(server)
    const stream = await fetch(`${server.url}/stream/seen`)
    const { closed } = await connect(`${server.url}/socket/echo`)
    const { code } = await within(server.stop('SIGINT'), 3_000, 'end')
    expect(code).toBe(0)
    expect((await closed).code).toBe(1012)
    await stream.text().catch(() => {})
  })

  test('SIGTERM tells sockets to come back, ends streams, and waits for what is under way', async () => {
    const server = await start()
    const slow = fetch(`${server.url}/slow?ms=600`).then((response) => response.text())
    const stream = await fetch(`${server.url}/stream/seen`)
    const { closed } = await connect(`${server.url}/socket/echo`)
    const ended = server.stop('SIGTERM')
    const { code, reason } = await closed
    expect([code, reason]).toEqual([1012, expect.stringMatching(/^service restart\b/)])
    expect(await stream.text()).toContain('event: tick')
    expect(await slow).toBe('done')
    expect(await within(ended, 10_000, 'end')).toEqual({ code: 0, signal: null })
    expect(server.output()).toContain('app shuts down: SIGTERM')
  })

  test('SIGTERM gives each socket its own time to come back, a millisecond apart', async () => {
    const server = await start()
    const all = await Promise.all(
      Array.from({ length: 100 }, () => connect(`${server.url}/socket/echo`)),
    )
    const ended = server.stop('SIGTERM')
    const closes = await Promise.all(all.map(({ closed }) => closed))
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([1012]))
    const waits = closes.map(({ reason }) => {
      const [said, wait = '0'] = reason.split('; retry-after=')
      expect(said).toBe('service restart')
      return Math.round(Number(wait) * 1000)
    })
    expect(waits.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at))
    await within(ended, 10_000, 'end')
  })

  test('rule 7: SIGTERM tells the clients of channels when to come back, over sockets and streams', async () => {
    const server = await start()
    const hi = '{"hi":{"v":1}}\n{"id":1,"sub":{"ch":"room","p":{"id":"1"}}}'
    const { ws, next, waiting, closed } = await connect(`${server.url}/realtime`)
    ws.send(hi)
    expect(await next()).toContain('"ok"')
    const stream = await fetch(`${server.url}/realtime`, {
      method: 'POST',
      body: hi,
      headers: { accept: 'text/event-stream', 'content-type': 'application/jsonl' },
    })
    const text = stream.text()
    server.child.kill('SIGTERM')
    const bye = /\{"bye":\{"code":4200,"after":\d+\}\}$/
    expect(await within(text, 10_000, 'the end')).toMatch(
      /"bye":\{"code":4200,"after":\d+\}\}\n\n$/,
    )
    expect((await closed).code).toBe(4200)
    expect(waiting().at(-1)).toMatch(bye)
  })

  test('what sockets have sent before SIGTERM is handled to its end', async () => {
    const server = await start({ NO_SHUTDOWN_LISTENER: '1' })
    const { ws, closed } = await connect(`${server.url}/socket/farewell`)
    for (const message of ['one', 'two']) ws.send(message)
    await eventually(() => server.output().includes('one begins'))
    const ended = server.stop('SIGTERM')
    expect((await closed).code).toBe(1012)
    expect(await within(ended, 10_000, 'end')).toEqual({ code: 0, signal: null })
    expect(server.output()).toMatch(/one ends\ntwo begins\ntwo ends\nclosed 1012\n/)
  })

  test('a handler that never ends holds it for SHUTDOWN_TIMEOUT', async () => {
    const server = await start({ SHUTDOWN_TIMEOUT: '1' })
    const { ws } = await connect(`${server.url}/socket/farewell`)
    ws.send('for ever')
    await eventually(() => server.output().includes('for ever begins'))
    expect((await within(server.stop('SIGTERM'), 6_000, 'end')).code).toBe(0)
  })

  test('no peer can hold the server longer than SHUTDOWN_TIMEOUT', async () => {
    const server = await start({ SHUTDOWN_TIMEOUT: '1' })
    await deafPeer(server)
    expect((await within(server.stop('SIGTERM'), 5_000, 'end')).code).toBe(0)
    expect(server.output()).toContain('app shuts down: SIGTERM')
    expect(server.output()).not.toMatch(/uncaught/i)
  })

  test('a client that vanished does not hold the end of an app that listens to it', async () => {
    const server = await start()
    const { ws } = await connect(`${server.url}/socket/echo?id=vanished`)
    ws.terminate()
    await eventually(async () => {
      const lines = await fetch(`${server.url}/log/vanished`)
      return (await lines.text()).includes('close 1006')
    })
    await within(server.stop('SIGTERM'), 5_000, 'end')
  })

  test('a timer of the app does not keep it', async () => {
    const server = await start({ NO_SHUTDOWN_LISTENER: '1' })
    expect(await (await fetch(`${server.url}/timer`)).text()).toBe('ticking')
    await within(server.stop('SIGTERM'), 5_000, 'end')
  })

  test('an app that listens to the end has until SHUTDOWN_TIMEOUT', async () => {
    const server = await start({ SHUTDOWN_TIMEOUT: '1' })
    await (await fetch(`${server.url}/timer`)).text()
    await within(server.stop('SIGTERM'), 6_000, 'end')
    expect(server.output()).toContain('app shuts down: SIGTERM')
  })

  test('bodies over BODY_SIZE_LIMIT are answered with 413, said or counted', async () => {
    const server = await start({ BODY_SIZE_LIMIT: '1K' })
    const post = async (body: BodyInit): Promise<[number, string]> => {
      const response = await fetch(`${server.url}/body`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/octet-stream', origin: server.url },
        duplex: 'half',
      } as RequestInit)
      return [response.status, await response.text()]
    }
    const stream = (bytes: number): ReadableStream => new Blob([new Uint8Array(bytes)]).stream()
    expect(await post(new Uint8Array(1024))).toEqual([200, '1024'])
    expect(await post(stream(1024))).toEqual([200, '1024'])
    expect((await post(new Uint8Array(1025)))[0]).toBe(413)
    expect((await post(stream(200_000)))[0]).toBe(413)
    expect(await post('still there')).toEqual([200, '11'])
  })

  test('static files say how long they are', async () => {
    const server = await start()
    const headers = { 'accept-encoding': 'identity' }
    const whole = await fetch(`${server.url}/robots.txt`, { headers })
    expect([whole.headers.get('content-length'), await whole.text()]).toEqual([
      '14',
      'a static file\n',
    ])
    const part = await fetch(`${server.url}/robots.txt`, {
      headers: { ...headers, range: 'bytes=2-7' },
    })
    expect(part.status).toBe(206)
    expect([part.headers.get('content-length'), await part.text()]).toEqual(['6', 'static'])
  })

  test('a second SIGTERM ends it at once', async () => {
    const server = await start({ SHUTDOWN_TIMEOUT: '60' })
    await deafPeer(server)
    server.child.kill('SIGTERM')
    await eventually(() =>
      fetch(server.url, { signal: AbortSignal.timeout(500) }).then(
        () => false,
        () => true,
      ),
    )
    await within(server.stop('SIGTERM'), 3_000, 'end')
  })
})
