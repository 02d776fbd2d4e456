import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, within } from '../../../testing/eventually.ts'
import { rawConnection } from '../../../testing/raw.ts'
import type { RunningServer, RunServerOptions } from '../../../testing/run-server.ts'
import { connect, refusal } from '../../../testing/socket-client.ts'
import { serve, targets } from '../../../testing/targets.ts'
import type { Target } from '../../../testing/targets.ts'
import { app } from './run-contract.ts'

const production = targets.filter(({ mode }) => mode === 'production')

async function start(
  target: Target,
  env: Record<string, string> = {},
  options?: Pick<RunServerOptions, 'ready' | 'fd'>,
): Promise<RunningServer> {
  const server = await serve(target, app, env, options)
  onTestFinished(async () => {
    await server.stop()
  })
  return server
}

const post = async (
  { url }: RunningServer,
  headers: Record<string, string>,
): Promise<[number, string]> => {
  const response = await fetch(`${url}/request`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ name: 'Ada' }),
  })
  return [response.status, await response.text()]
}

const seen = async ({ url }: RunningServer, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/request?a=%20b`, { headers })
  return response.ok ? ((await response.json()) as unknown) : response.status
}

describe.each(production)('$name', (target) => {
  test('without any, the app is at the address that it listens on, and forms work there', async () => {
    const server = await start(target)
    expect(await seen(server, { 'x-forwarded-proto': 'https' })).toEqual({
      url: `${server.url}/request?a=%20b`,
      address: '127.0.0.1',
    })
    expect(await post(server, { origin: server.url })).toEqual([200, `${server.url} Ada`])
    expect((await post(server, { origin: 'https://evil.example' }))[0]).toBe(403)
  })

  test('PROTOCOL_HEADER, HOST_HEADER and PORT_HEADER say where browsers are, ADDRESS_HEADER and XFF_DEPTH where they come from', async () => {
    const server = await start(target, {
      PROTOCOL_HEADER: 'X-Forwarded-Proto',
      HOST_HEADER: 'X-Forwarded-Host',
      PORT_HEADER: 'X-Forwarded-Port',
      ADDRESS_HEADER: 'X-Forwarded-For',
      XFF_DEPTH: '2',
    })
    const proxy = {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'app.example',
      'x-forwarded-port': '8443',
      'x-forwarded-for': 'forged, 203.0.113.2, 203.0.113.3',
    }
    const origin = 'https://app.example:8443'
    expect(await seen(server, proxy)).toEqual({
      url: `${origin}/request?a=%20b`,
      address: '203.0.113.2',
    })
    expect(await post(server, { ...proxy, origin })).toEqual([200, `${origin} Ada`])
    expect((await post(server, { ...proxy, origin: server.url }))[0]).toBe(403)
    // What the proxy does not say, the request says.
    const { 'x-forwarded-for': _, ...noAddress } = proxy
    expect(await seen(server, noAddress)).toBe(500)
    expect(await seen(server, { 'x-forwarded-for': '203.0.113.1, 203.0.113.2' })).toEqual({
      url: `${server.url}/request?a=%20b`,
      address: '203.0.113.1',
    })
    expect(await seen(server, { ...proxy, 'x-forwarded-proto': 'https://evil.example/?' })).toBe(
      400,
    )
    expect(await seen(server, { ...proxy, 'x-forwarded-host': 'evil.example/a' })).toBe(400)
    // Sockets are of the same origin as the pages.
    const { ws } = await connect(`${server.url}/socket/echo`, { headers: proxy, origin })
    ws.close()
    const foreign = await refusal(`${server.url}/socket/echo`, {
      headers: proxy,
      origin: server.url,
    })
    expect(foreign.status).toBe(403)
  })

  test('ORIGIN is where browsers are, whatever a request says', async () => {
    const origin = 'https://app.example'
    const server = await start(target, { ORIGIN: origin })
    expect(await seen(server)).toEqual({
      url: `${origin}/request?a=%20b`,
      address: '127.0.0.1',
    })
    expect(await post(server, { origin })).toEqual([200, `${origin} Ada`])
    expect((await post(server, { origin: server.url }))[0]).toBe(403)
    const { ws } = await connect(`${server.url}/socket/echo`, { origin })
    ws.close()
    expect((await refusal(`${server.url}/socket/echo`, { origin: server.url })).status).toBe(403)
  })

  test('SOCKET_PATH is a unix socket; one that is left behind is replaced, one in use is not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kitrt-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'app.sock')
    const listens = { ready: /Listening on \/.*sock/ }
    const first = await start(target, { SOCKET_PATH: path }, listens)
    const get = async (at: string): Promise<string> => {
      const asked = request({ socketPath: path, path: at, headers: { host: 'app.example' } })
      const [response] = (await once(asked.end(), 'response')) as [NodeJS.ReadableStream]
      return text(response)
    }
    expect(JSON.parse(await get('/request?a=1'))).toEqual({
      url: 'http://app.example/request?a=1',
      address: '',
    })
    expect(await get('/robots.txt')).toBe('a static file\n')
    const { ws, next } = await connect(`ws+unix://${path}:/socket/echo`, {
      headers: { host: 'app.example' },
      origin: 'https://app.example',
    })
    ws.send('by a file')
    expect(await next()).toBe('by a file')
    ws.close()
    await expect(start(target, { SOCKET_PATH: path }, listens)).rejects.toThrow(
      `The socket ${path} is taken by another program.`,
    )
    await first.stop('SIGKILL')
    const second = await start(target, { SOCKET_PATH: path }, listens)
    expect(await get('/robots.txt')).toBe('a static file\n')
    await within(second.stop('SIGTERM'), 5_000, 'end')
    await expect(
      start(target, { SOCKET_PATH: join(folder, 'missing', 'app.sock') }, listens),
    ).rejects.toThrow('Cannot listen on /')
  })

  test('KEEP_ALIVE_TIMEOUT and HEADERS_TIMEOUT are kept, or the start says that the runtime cannot', async () => {
    const server = await start(target, { KEEP_ALIVE_TIMEOUT: '7', HEADERS_TIMEOUT: '1' })
    if (target.runtime === 'node') {
      expect(server.output()).not.toContain('TIMEOUT')
      const { headers } = await fetch(server.url)
      expect(headers.get('keep-alive')).toBe('timeout=7')
      const slow = rawConnection(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n')
      await within(slow.closed, 8_000, 'the end of a request without an end')
      expect(slow.received()).toContain('408 Request Timeout')
    } else {
      const name = target.runtime === 'bun' ? 'Bun' : 'Deno'
      const lacks = `TIMEOUT is for Node: the server of ${name} has no such setting.\n`
      expect(server.output()).toContain(`KEEP_ALIVE_${lacks}`)
      expect(server.output()).toContain(`HEADERS_${lacks}`)
    }
  })

  test('LISTEN_FDS is a socket that systemd has opened, served until IDLE_TIMEOUT, or the start says that the runtime cannot', async () => {
    const systemd = createServer().listen(0, '127.0.0.1')
    await once(systemd, 'listening')
    onTestFinished(() => void systemd.close())
    const { port } = systemd.address() as AddressInfo
    // Node tells the number of a socket nowhere else.
    const { _handle: handle } = systemd as unknown as { _handle: { fd: number } }
    const { fd } = handle
    // The PID is known to the new process only.
    const command = ['sh', '-c', 'LISTEN_PID=$$ exec "$0" "$@"', ...target.command]
    const starting = start(
      { ...target, command },
      { LISTEN_FDS: '1', IDLE_TIMEOUT: '1' },
      { ready: /Listening on the socket/, fd },
    )
    if (target.runtime !== 'node') {
      await expect(starting).rejects.toThrow('cannot serve a socket that systemd has opened')
      return
    }
    const server = await starting
    // Otherwise this process would take requests, too.
    systemd.close()
    const url = `http://127.0.0.1:${port}`
    expect(await (await fetch(`${url}/slow?ms=1500`)).text()).toBe('done')
    const { ws, next } = await connect(`${url}/socket/echo`)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    ws.send('not idle')
    expect(await next()).toBe('not idle')
    ws.close()
    await within(once(server.child, 'exit'), 6_000, 'end')
    expect(server.output()).toContain('app shuts down: IDLE')
  })

  test('IDLE_TIMEOUT without such a socket, and one for another process, are said', async () => {
    const server = await start(target, { IDLE_TIMEOUT: '5' })
    expect(server.output()).toContain('IDLE_TIMEOUT counts for servers that systemd has opened')
    await expect(start(target, { LISTEN_FDS: '1', LISTEN_PID: '1' })).rejects.toThrow(
      /did not start:\nLISTEN_FDS is for the process 1, and this is \d+\. .*\n$/,
    )
  })

  test('a value that makes no sense ends the start in one line', async () => {
    await expect(start(target, { HEADERS_TIMEOUT: 'soon' })).rejects.toThrow(
      /did not start:\nHEADERS_TIMEOUT must be a number of seconds, got 'soon'\.\n$/,
    )
  })

  test('REQUEST_LOG=json writes a line for each request, without its secrets', async () => {
    const quiet = await start(target)
    await fetch(`${quiet.url}/robots.txt`)
    const server = await start(target, { REQUEST_LOG: 'json' })
    await fetch(`${server.url}/robots.txt`)
    await fetch(`${server.url}/missing?token=secret`)
    const lines = await eventually(() => {
      const found = server.output().match(/^\{.*\}$/gm) ?? []
      return found.length === 2 && found
    })
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        method: 'GET',
        path: '/robots.txt',
        status: 200,
        ms: expect.any(Number),
      },
      expect.objectContaining({ path: '/missing', status: 404 }),
    ])
    expect(quiet.output()).not.toContain('robots.txt')
  })
})
