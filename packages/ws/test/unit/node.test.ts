import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RequestEvent } from '@sveltejs/kit'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { within } from '../../../../testing/eventually.ts'
import { helper as nodeWsHelper } from '../../../../testing/node-ws/helper.ts'
import { exchange, rawConnection } from '../../../../testing/raw.ts'
import { connect, refusal } from '../../../../testing/socket-client.ts'
import { attach } from '../../src/node.ts'
import type { Listener } from '../../src/node.ts'
import { slots } from '../../src/slot.ts'
import { socket } from '../../src/socket.ts'

const echo = socket(() => ({ message: (peer, data) => peer.send(data) }))

/** A server that knows no SvelteKit: `/echo` is a socket, `/large` a refusal of 8 MB, all else is 404. */
const listener: Listener = async ({ url, headers }, response) => {
  if (url === '/echo') {
    const answer = await echo({
      request: new Request('http://app.example/echo', { headers: headers as HeadersInit }),
      route: { id: '/echo' },
      cookies: {},
    } as unknown as RequestEvent)
    response.setHeader('set-cookie', ['a=1', 'b=2'])
    return response.writeHead(answer.status, { 'x-own': 'yes' }).end()
  }
  if (url === '/large') return response.writeHead(403).end('x'.repeat(8_000_000))
  if (url === '/throw') throw new Error('the listener fell over')
  response.writeHead(404).end('nothing here')
}

/** The text of a handshake. */
const handshake = (line: string): string =>
  `${line} HTTP/1.1\r\nHost: x\r\nX-Slow: 1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`

async function listen(): Promise<{ server: Server; url: string; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { server, url: `http://127.0.0.1:${port}`, port }
}

describe.each([
  { by: '@hono/node-server 2', helper: undefined },
  { by: '@hono/node-ws 1', helper: nodeWsHelper },
])('$by', ({ helper }) => {
  test('a plain HTTP server gets sockets, and its headers go out with the 101', async () => {
    const { server, url } = await listen()
    const stop = attach(server, listener, { helper })
    const { ws, next, handshake: headers } = await connect(`${url}/echo`)
    ws.send('hello')
    expect(await next()).toBe('hello')
    expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' })
    ws.close()
    stop()
  })

  test('a refusal goes out whole, however large', async () => {
    const { server, url } = await listen()
    const stop = attach(server, listener, { helper })
    const { status, body } = await refusal(`${url}/large`)
    expect({ status, size: body.length }).toEqual({ status: 403, size: 8_000_000 })
    stop()
  })

  test('stop drops the sockets and takes the listeners off; stopping twice does nothing', async () => {
    const { server, url } = await listen()
    const others = server.listenerCount('upgrade')
    const stop = attach(server, listener, { helper })
    const { closed } = await connect(`${url}/echo`)
    stop()
    stop()
    expect((await closed).code).toBe(1006)
    expect(server.listenerCount('upgrade')).toBe(others)
  })

  test('requests that are to be ignored are left to the other listeners of the server', async () => {
    const { server, url } = await listen()
    server.on('upgrade', ({ headers }, mine) => {
      if (headers['sec-websocket-protocol'] === 'theirs') mine.end('HTTP/1.1 418 Theirs\r\n\r\n')
    })
    const stop = attach(server, listener, {
      helper,
      ignore: ({ headers }) => headers['sec-websocket-protocol'] === 'theirs',
    })
    expect((await refusal(`${url}/echo`, { protocols: ['theirs'] })).status).toBe(418)
    expect((await refusal(`${url}/nothing`)).body).toBe('nothing here')
    stop()
  })

  test('a client that leaves before the answer leaves nothing behind', async () => {
    const { server, url, port } = await listen()
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
    const { promise: answer, resolve: go } = Promise.withResolvers<void>()
    const slow: Listener = async (request, response) => {
      if (request.headers['x-slow']) {
        ask()
        await answer
      }
      return listener(request, response)
    }
    const stop = attach(server, slow, { helper })
    const raw = rawConnection(port, handshake('GET /echo'))
    await within(asked, 2_000, 'request')
    raw.socket.resetAndDestroy()
    await once(raw.socket, 'close')
    go()
    const { ws, next } = await connect(`${url}/echo`)
    ws.send('still there')
    expect(await next()).toBe('still there')
    ws.close()
    stop()
  })

  test('a listener that throws or rejects is answered with 500, and told once', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { server, url } = await listen()
    const stop = attach(server, listener, { helper })
    expect(await refusal(`${url}/throw`)).toMatchObject({
      status: 500,
      body: 'Internal Server Error',
    })
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
    stop()
  })

  test('a middleware that keeps the functions of the response and calls them later changes nothing', async () => {
    const { server, url } = await listen()
    // As compression does: it waits with the head until there is a body or an end.
    const wrapped: Listener = (request, response) => {
      const { writeHead, end } = response
      let status = 200
      response.writeHead = (code: number) => {
        status = code
        return response
      }
      response.end = (...body: unknown[]) => {
        writeHead.call(response, status)
        return Reflect.apply(end, response, body)
      }
      return listener(request, response)
    }
    const stop = attach(server, wrapped, { helper })
    const { ws, next } = await connect(`${url}/echo`)
    ws.send('hello')
    expect(await next()).toBe('hello')
    ws.close()
    expect((await refusal(`${url}/nothing`)).body).toBe('nothing here')
    stop()
  })

  test("without a listener of its own it asks the server's, also where emit is patched", async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { server, url } = await listen()
    const { emit } = server
    server.emit = (...event: unknown[]) =>
      slots.run(undefined, (): boolean => Reflect.apply(emit, server, event))
    const stop = attach(server, undefined, { helper })
    const { ws, next } = await connect(`${url}/echo`)
    ws.send('hello')
    expect(await next()).toBe('hello')
    ws.close()
    expect((await refusal(`${url}/throw`)).status).toBe(500)
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
    stop()
  })

  test('what is no GET is refused with 405 before the app sees it', async () => {
    const { server, port } = await listen()
    const seen = vi.fn<Listener>(listener)
    const stop = attach(server, seen, { helper })
    expect(await exchange(port, handshake('POST /echo'))).toMatch(/^HTTP\/1\.1 405 /)
    expect(seen).not.toHaveBeenCalled()
    stop()
  })

  test('a target of which Hono can make no Request is answered with 400, whatever the app says', async () => {
    const { server, port, url } = await listen()
    const stop = attach(
      server,
      (request, response) => {
        request.url = '/echo'
        const answered = listener(request, response)
        request.url = 'http://['
        return answered
      },
      { helper },
    )
    expect(await exchange(port, handshake('GET /any'))).toMatch(/^HTTP\/1\.1 400 /)
    expect((await refusal(`${url}/any`)).status).toBe(400)
    stop()
  })

  test('headers of the handshake are its own, whatever the app says', async () => {
    const { server, url } = await listen()
    const stop = attach(
      server,
      (request, response) => {
        response.setHeader('sec-websocket-protocol', 'theirs')
        response.setHeader('upgrade', 'theirs')
        return listener(request, response)
      },
      { helper },
    )
    const { ws, handshake: headers } = await connect(`${url}/echo`, {
      protocols: ['mine', 'other'],
    })
    expect([ws.protocol, headers['sec-websocket-protocol'], headers.upgrade]).toEqual([
      'mine',
      'mine',
      'websocket',
    ])
    ws.close()
    stop()
  })

  test('a message over maxPayload ends the socket before it is read', async () => {
    const { server, url } = await listen()
    const stop = attach(server, listener, { helper, maxPayload: 1000 })
    const { ws, next, closed } = await connect(`${url}/echo`)
    ws.send('x'.repeat(1000))
    expect(await next()).toHaveLength(1000)
    ws.send('x'.repeat(1001))
    expect((await closed).code).toBe(1009)
    stop()
  })

  test('a request that is under way when it stops becomes no socket', async () => {
    const { server, port } = await listen()
    const { promise: answer, resolve: go } = Promise.withResolvers<void>()
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
    const stop = attach(
      server,
      async (request, response) => {
        ask()
        await answer
        return listener(request, response)
      },
      { helper },
    )
    const raw = rawConnection(port, handshake('GET /echo'))
    await within(asked, 2_000, 'request')
    stop()
    go()
    await within(once(raw.socket, 'close'), 2_000, 'end')
    expect(raw.received()).toBe('')
  })

  test('a fault of ignore drops the request, and is told', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { server, port } = await listen()
    const stop = attach(server, listener, {
      helper,
      ignore() {
        throw new Error('ignore fell over')
      },
    })
    expect(await exchange(port, handshake('GET /echo'))).toBe('')
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
    stop()
  })
})
