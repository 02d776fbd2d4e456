import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually, within } from '../../../testing/eventually.ts'
import { exchange, rawConnection } from '../../../testing/raw.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { connect, refusal } from '../../../testing/socket-client.ts'
import type { Target } from '../../../testing/targets.ts'

/** What a socket does, on every runtime and in every mode. Gaps are declared in the README's table. */
export function socketContract(target: Target, server: () => RunningServer): void {
  const at = (path: string): string => server().url + path
  const linesOf = async (id: string): Promise<string[]> =>
    (await fetch(at(`/log/${id}`))).json() as Promise<string[]>
  const open = async (route: string): Promise<number> =>
    (await fetch(at(`/peers?route=${encodeURIComponent(route)}`))).json() as Promise<number>
  const lives = async (): Promise<void> => {
    const { ws, next } = await connect(at('/socket/echo'))
    ws.send('alive')
    expect(await next()).toBe('alive')
    ws.close()
  }

  describe('messages', () => {
    test('text and bytes come back as they went, in order', async () => {
      const { ws, next } = await connect(at('/socket/echo'))
      const large = Array.from({ length: 70_000 }, (_, index) => index % 256)
      const sent = ['hello', '', 'ünïcode 🐁', [0], [1, 2, 255], [], large, 'x'.repeat(200_000)]
      for (const message of sent)
        ws.send(Array.isArray(message) ? Uint8Array.from(message) : message)
      for (const message of sent) expect(await next()).toEqual(message)
      ws.close()
    })

    test('a message in fragments arrives as one', async () => {
      const { ws, next } = await connect(at('/socket/echo'))
      ws.send('one ', { fin: false })
      ws.send('and ', { fin: false })
      ws.send('two', { fin: true })
      expect(await next()).toBe('one and two')
      ws.close()
    })

    test('a message over maxPayload is refused with 1009, and the server lives', async () => {
      const { ws, closed } = await connect(at('/socket/echo'))
      ws.send('x'.repeat(2 ** 20 + 1))
      expect((await closed).code).toBe(1009)
      await lives()
    })

    test('what follows such a message is not handled', async () => {
      const { ws, closed, waiting } = await connect(at('/socket/echo'))
      ws.send('x'.repeat(2 ** 20 + 1))
      ws.send('too late')
      const { code } = await closed
      expect(target.gaps.includes('crossed-close') ? [1006, 1009] : [1009]).toContain(code)
      expect(waiting()).toEqual([])
    })

    test('handlers run one after another, and open ends before the first message', async () => {
      const { ws, next } = await connect(at('/socket/serial'))
      for (const delay of [60, 20, 0]) ws.send(String(delay))
      expect(await next()).toBe('opened')
      expect([await next(), await next(), await next()]).toEqual(['60', '20', '0'])
      ws.close()
    })

    test('send says what happened, and throws for what is no message', async () => {
      const id = randomUUID()
      const { ws, next, closed } = await connect(at(`/socket/closes?id=${id}`))
      ws.send('value')
      for (const kind of ['object', 'number', 'object']) {
        expect(await next()).toMatch(new RegExp(`^send\\(\\) expected a string.* got ${kind}`))
      }
      ws.send('bad')
      for (let code = 0; code < 4; code++) expect(await next()).toBe('KitrtError bad-argument')
      ws.send('after')
      expect((await closed).code).toBe(4000)
      expect(await linesOf(id)).toContain('send after close: closed')
    })

    test('a peer that does not read is closed, and what could not be sent is said', async () => {
      const id = randomUUID()
      const { ws } = await connect(at(`/socket/flood?id=${id}`))
      ws.pause()
      ws.send('go')
      const line = await eventually(async () =>
        (await linesOf(id)).find((one) => one.startsWith('{')),
      )
      const { results, most } = JSON.parse(line) as {
        results: Record<string, number>
        most: number
      }
      expect(results['dropped']).toBe(1)
      expect(results['closed']).toBeGreaterThan(0)
      expect((results['sent'] ?? 0) + (results['queued'] ?? 0)).toBeLessThan(1024)
      // maxBuffered, and the one message that went over it with its header
      expect(most).toBeLessThan(2 ** 20 + 2 ** 16 + 64)
      ws.terminate()
      await lives()
    })
  })

  describe('the way through handle', () => {
    test('a plain GET is answered with 426', async () => {
      const response = await fetch(at('/socket/echo'))
      expect(response.status).toBe(426)
      expect(response.headers.get('upgrade')).toBe('websocket')
    })

    test('a plain GET learns what a handshake would be told', async () => {
      // What our client asks after a refused handshake, of which browsers tell it nothing.
      const ask = (cookie: string): Promise<Response> =>
        fetch(at('/socket/auth/blue'), { headers: { cookie } })
      expect((await ask('')).status).toBe(401)
      expect((await ask('user=alice')).status).toBe(426)
    })

    test('a handler that returns nothing is answered with 500, before any 101', async () => {
      expect((await refusal(at('/socket/nothing'))).status).toBe(500)
      await lives()
    })

    test('error, redirect, a Response, a fault and an unknown route answer as for any request, body and headers too', async () => {
      const unauthorised = await refusal(at('/socket/auth/blue'))
      expect(unauthorised.status).toBe(401)
      expect(unauthorised.body).toContain('who are you')
      expect(await refusal(at('/socket/auth/moved'))).toMatchObject({
        status: 303,
        headers: { location: '/elsewhere' },
      })
      expect(await refusal(at('/socket/auth/full'))).toMatchObject({
        status: 409,
        body: 'no room',
        headers: { 'x-room': 'full' },
      })
      expect((await refusal(at('/socket/auth/broken'))).status).toBe(500)
      expect((await refusal(at('/socket/auth/long'))).status).toBe(500)
      const unknown = await refusal(at('/nowhere'))
      expect(unknown.status).toBe(404)
      expect(unknown.body).toContain('404')
    })

    test('an ordinary route does not become a socket', async () => {
      const { status, body } = await refusal(at('/robots.txt'))
      expect({ status, body }).toEqual({ status: 200, body: 'a static file\n' })
      expect((await refusal(at('/log/none'))).status).toBe(200)
    })

    test('the peer knows the request that opened it, at once and later', async () => {
      const { ws, next } = await connect(at('/socket/auth/blue?q=1'), {
        headers: { cookie: 'user=alice', 'x-agent': 'test' },
      })
      expect(JSON.parse(String(await next()))).toEqual({
        user: 'alice',
        room: 'blue',
        route: '/socket/auth/[room]',
        path: '/socket/auth/blue',
        query: '?q=1',
        cookie: 'alice',
        agent: 'test',
        address: '127.0.0.1',
      })
      ws.send('later')
      expect(JSON.parse(String(await next()))).toEqual(['alice', 'test'])
      ws.close()
    })

    test('cookies and headers that handle and the route set arrive with the 101', async () => {
      const { ws, handshake } = await connect(at('/socket/auth/blue?cookies'), {
        headers: { cookie: 'user=alice' },
      })
      expect(handshake['set-cookie']?.map((cookie) => cookie.split(';')[0])).toEqual([
        'first=1',
        'second=2',
      ])
      expect(handshake['x-from-handle']).toBe('yes')
      expect(handshake['x-after-resolve']).toBe('yes')
      expect(handshake['x-room']).toBe('blue')
      expect(handshake['content-length']).toBeUndefined()
      ws.close()
    })

    test('handle may put another answer in the place of the socket', async () => {
      const id = randomUUID()
      const refused = await refusal(at(`/socket/echo?instead&id=${id}`))
      expect(refused).toMatchObject({
        status: 409,
        body: 'handle says no',
        headers: { 'x-why': 'full' },
      })
      expect(await linesOf(id)).toEqual(['handle GET', 'route'])
    })

    test('a sub-request of an upgrade gets no socket of its own', async () => {
      const { ws, next } = await connect(at('/socket/sub'))
      expect(await next()).toBe('inner 426')
      ws.close()
    })

    test('callbacks see the scope, the event and the one peer of the opening request', async () => {
      const id = randomUUID()
      const [alice, bob] = await Promise.all(
        ['alice', 'bob'].map((user) =>
          connect(at(`/socket/scope?id=${id}-${user}`), { headers: { cookie: `user=${user}` } }),
        ),
      )
      expect(await alice?.next()).toBe('open alice alice peers=1')
      expect(await bob?.next()).toBe('open bob bob peers=1')
      alice?.ws.send('')
      bob?.ws.send('')
      expect(await alice?.next()).toBe('message alice alice peers=1')
      expect(await bob?.next()).toBe('message bob bob peers=1')
      alice?.ws.close()
      bob?.ws.terminate()
      for (const user of ['alice', 'bob']) {
        await eventually(async () =>
          (await linesOf(`${id}-${user}`)).includes(`close ${user} ${user} peers=1`),
        )
      }
    })

    test('the first subprotocol that was offered is chosen', async () => {
      const { ws } = await connect(at('/socket/echo'), { protocols: ['first', 'second'] })
      expect(ws.protocol).toBe('first')
      ws.close()
    })

    test('peers() reaches the open ones from any server code, and forgets the closed ones', async () => {
      const sockets = await Promise.all(
        [1, 2, 3].map(() => connect(at('/socket/auth/peers'), { headers: { cookie: 'user=a' } })),
      )
      for (const { next } of sockets) await next()
      expect(await open('/socket/auth/[room]')).toBeGreaterThanOrEqual(3)
      await fetch(
        at(`/peers?route=${encodeURIComponent('/socket/auth/[room]')}&text=from+elsewhere`),
      )
      for (const { next } of sockets) expect(await next()).toBe('from elsewhere')
      for (const { ws } of sockets) ws.close()
      await eventually(async () => (await open('/socket/auth/[room]')) === 0)
    })
  })

  describe('Origin', () => {
    test.each([
      'https://evil.example',
      'null',
      'http://127.0.0.1.evil.example',
      'file://',
      'http://127.0.0.1:1',
      '',
    ])('a foreign Origin (%s) gets 403 before anything else runs', async (origin) => {
      const id = randomUUID()
      const refused = await refusal(at(`/socket/auth/blue?id=${id}`), {
        headers: { origin, cookie: 'user=alice' },
      })
      expect(refused.status).toBe(403)
      expect(refused.body).toContain('Origin')
      expect(await linesOf(id)).toEqual([])
    })

    test('the own Origin, a trusted one and none at all are let in', async () => {
      for (const origin of [server().url, 'https://friend.example', undefined]) {
        const { ws } = await connect(at('/socket/echo'), {
          headers: origin ? { origin, 'accept-encoding': 'gzip, br' } : {},
        })
        ws.close()
      }
    })
  })

  describe('faults of handlers', () => {
    test.each(['open', 'message', 'open&async', 'message&async'])(
      'a throw in %s closes with 1011 and ends nothing else',
      async (where) => {
        const id = randomUUID()
        const { ws, closed } = await connect(at(`/socket/faults?in=${where}&id=${id}`))
        if (where.startsWith('message')) ws.send('x')
        expect(await closed).toEqual({ code: 1011, reason: 'internal error' })
        await eventually(async () => (await linesOf(id)).includes('close 1011'))
        await lives()
      },
    )

    test.each(['close', 'close&async'])('a throw in %s ends nothing', async (where) => {
      const { ws } = await connect(at(`/socket/faults?in=${where}`))
      ws.close()
      await lives()
    })

    test('with an error handler the socket stays open', async () => {
      const id = randomUUID()
      const { ws, next } = await connect(at(`/socket/faults?in=message&async&caught&id=${id}`))
      ws.send('1')
      ws.send('2')
      expect([await next(), await next()]).toEqual(['caught message', 'caught message'])
      ws.close()
    })

    test('a throw in the error handler ends nothing', async () => {
      const id = randomUUID()
      const { ws } = await connect(at(`/socket/faults?in=message&caught=badly&id=${id}`))
      ws.send('1')
      await eventually(async () => (await linesOf(id)).includes('error message'))
      ws.close()
      await lives()
    })
  })

  describe('the end of a socket', () => {
    test('close says what the client said', async () => {
      const id = randomUUID()
      const { ws } = await connect(at(`/socket/echo?id=${id}`))
      ws.close(3456, 'done')
      await eventually(async () => (await linesOf(id)).includes('close 3456 done'))
    })

    test('a client that vanishes is closed with 1006, once', async () => {
      const id = randomUUID()
      const { ws } = await connect(at(`/socket/echo?id=${id}`))
      await eventually(async () => (await linesOf(id)).includes('open'))
      ws.terminate()
      await eventually(async () => (await linesOf(id)).includes('close 1006 '))
      await lives()
      expect((await linesOf(id)).filter((line) => line.startsWith('close'))).toHaveLength(1)
    })

    test('the server closes with 1000 by default, and cuts a long reason to what a frame holds', async () => {
      const id = randomUUID()
      const plain = await connect(at(`/socket/closes?id=${id}`))
      plain.ws.send('plain')
      expect((await plain.closed).code).toBe(1000)
      const long = await connect(at(`/socket/closes?id=${id}`))
      long.ws.send('long')
      expect(await long.closed).toEqual({ code: 4001, reason: 'ü'.repeat(61) })
    })

    test('terminate ends it', async () => {
      const { ws, closed } = await connect(at('/socket/closes'))
      ws.send('terminate')
      expect((await closed).code).toBe(1006)
    })
  })

  describe('what no client should send', () => {
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
    const handshake = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      key,
    ]
    const request = (line: string, ...headers: string[]): string =>
      `${line} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`
    const host = 'Host: 127.0.0.1'

    const refused: Record<string, string> = {
      'a target of //': request('GET //', host, ...handshake),
      'a target that is no path': request('GET ???', host, ...handshake),
      'a target of *': request('GET *', host, ...handshake),
      'a Host with a space': request('GET /socket/echo', 'Host: a b', ...handshake),
      'a Host that is no host': request('GET /socket/echo', 'Host: [::1', ...handshake),
      'no Host': request('GET /socket/echo', ...handshake),
      'two Hosts': request('GET /socket/echo', host, 'Host: other', ...handshake),
      'an absolute target elsewhere': request('GET http://elsewhere/nowhere', host, ...handshake),
      'a broken absolute target': request('GET http://[', host, ...handshake),
      'no key': request('GET /socket/echo', host, ...handshake.slice(0, 3)),
      'a short key': request(
        'GET /socket/echo',
        host,
        ...handshake.slice(0, 3),
        'Sec-WebSocket-Key: abc',
      ),
      'version 8': request(
        'GET /socket/echo',
        host,
        ...handshake.slice(0, 2),
        'Sec-WebSocket-Version: 8',
        key,
      ),
      'no version': request('GET /socket/echo', host, ...handshake.slice(0, 2), key),
      POST: request('POST /socket/echo', host, 'Content-Length: 0', ...handshake),
      'an Origin that is none': request('GET /socket/echo', host, 'Origin: ///', ...handshake),
      'a path that does not decode': request('GET /%E0%A4%A', host, ...handshake),
      'Upgrade: h2c': request(
        'GET /log/h2c',
        host,
        'Upgrade: h2c',
        'Connection: Upgrade, HTTP2-Settings',
        'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
      ),
      'Upgrade: h2c with a body': `${request('POST /log/h2c', host, 'Upgrade: h2c', 'Connection: Upgrade', 'Content-Length: 2')}{}`,
      'an unknown upgrade': request(
        'GET /log/other',
        host,
        'Upgrade: something',
        'Connection: Upgrade',
      ),
      'a Connection that is no upgrade': request(
        'GET /socket/echo',
        host,
        'Upgrade: websocket',
        'Connection: close',
        ...handshake.slice(2),
      ),
      TRACE: request('TRACE /log/none', host, 'Connection: close'),
      'a plain request whose Host is none': request(
        'GET /log/none',
        'Host: a b',
        'Connection: close',
      ),
      'no HTTP at all': '\x16\x03\x01\x02\x00\x01\x00',
    }

    /** Where the runtimes' own answers differ, and ours is one. */
    const statuses: Record<string, number> = {
      'no key': 400,
      'a short key': 400,
      'version 8': 426,
      'no version': 426,
    }

    test.each(Object.entries(refused))(
      '%s is answered or closed within 2 s',
      async (name, bytes) => {
        const answer = await exchange(server().port, bytes)
        expect(answer).not.toContain(' 101 ')
        const status = statuses[name]
        if (status) expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
        await lives()
      },
    )

    test('Upgrade: h2c on a plain route is ignored, as HTTP allows', async () => {
      const answer = await exchange(server().port, refused['Upgrade: h2c'] ?? '')
      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    })

    test('Upgrade: WebSocket in any case is a WebSocket', async () => {
      const answer = await exchange(
        server().port,
        request(
          'GET /socket/echo',
          host,
          'Upgrade: WebSocket',
          'Connection: keep-alive, Upgrade',
          ...handshake.slice(2),
        ),
      )
      expect(answer).toMatch(/^HTTP\/1\.1 101 /)
    })

    test.each([
      ['an unmasked frame', Buffer.from([0x81, 0x02, 0x68, 0x69])],
      ['a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
      ['reserved bits', Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
      ['text that is no UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
      ['a fragmented ping', Buffer.from([0x09, 0x80, 0, 0, 0, 0])],
      [
        'a frame said to hold 2^60 bytes',
        Buffer.from([0x82, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      ],
    ])('%s ends the socket within 2 s, and nothing else', async (name, frame) => {
      const id = randomUUID()
      const raw = rawConnection(
        server().port,
        request(`GET /socket/echo?id=${id}`, host, ...handshake),
      )
      await within(raw.answered, 2_000, '101')
      expect(raw.received()).toMatch(/^HTTP\/1\.1 101 /)
      const ended = new Promise((resolve) => raw.socket.on('close', resolve))
      raw.socket.write(frame)
      if (name === 'an unmasked frame' && target.gaps.includes('masking')) {
        // What the gap is: the frame is taken as if it were masked.
        await eventually(() => raw.received().endsWith('\x81\x02hi'))
        raw.socket.destroy()
      }
      await within(ended, 2_000, 'end')
      await eventually(async () => (await linesOf(id)).some((line) => line.startsWith('close')))
      await lives()
    })

    test('a frame that comes with the handshake is not lost in silence', async () => {
      const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
      const raw = rawConnection(
        server().port,
        Buffer.concat([Buffer.from(request('GET /socket/echo', host, ...handshake)), frame]),
      )
      if (target.gaps.includes('early-frame')) {
        await within(raw.answered, 2_000, 'answer')
        expect(raw.received()).toMatch(/^HTTP\/1\.1 400 /)
      } else {
        await eventually(() => raw.received().endsWith('\x81\x02hi'))
      }
      raw.socket.destroy()
      await lives()
    })

    test('a reset in the middle of the handshake, and after it, ends nothing', async () => {
      for (const wait of [0, 1, 5, 30]) {
        const { socket } = rawConnection(
          server().port,
          request('GET /socket/auth/blue', host, 'Cookie: user=x', ...handshake),
        )
        await new Promise((resolve) => socket.once('connect', resolve))
        await new Promise((resolve) => setTimeout(resolve, wait))
        socket.resetAndDestroy()
      }
      await lives()
    })
  })

  if (target.mode !== 'production') {
    test("Vite's own HMR socket is left untouched", async () => {
      if (target.mode === 'preview') {
        // There is none in preview; a request for one is answered like any other.
        expect((await refusal(at('/'), { protocols: ['vite-hmr'] })).status).toBe(200)
        return
      }
      const client = await (await fetch(at('/@vite/client'))).text()
      const token = /wsToken = "([^"]*)"/.exec(client)?.[1]
      const { ws, next } = await connect(at(`/?token=${token}`), {
        protocols: ['vite-hmr'],
        headers: { origin: server().url },
      })
      expect(JSON.parse(String(await next()))).toMatchObject({ type: 'connected' })
      ws.close()
    })
  }
}
