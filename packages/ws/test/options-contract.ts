import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually, within } from '../../../testing/eventually.ts'
import { closeFrame, frame, opcodes } from '../../../testing/frame.ts'
import { rawConnection } from '../../../testing/raw.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { connect, refusal } from '../../../testing/socket-client.ts'
import type { Refusal, TestSocket } from '../../../testing/socket-client.ts'
import { heartbeat } from '../src/heartbeat.ts'
import { open as handshakeOf } from './hostile/handshakes.ts'

/** What a route may ask for, on every runtime and in every mode. */
export function socketOptionsContract(server: () => RunningServer): void {
  const at = (path: string): string => server().url + path
  const linesOf = async (id: string): Promise<string[]> =>
    ((await (await fetch(at(`/log/${id}`))).json()) as string[]).filter(
      (one) => !one.startsWith('handle '),
    )
  const line = (id: string, wanted: RegExp, forMs?: number): Promise<string> =>
    eventually(async () => (await linesOf(id)).find((one) => wanted.test(one)), forMs)
  /** Connects to a route that says something at once. */
  const opened = async (path: string, options = {}): Promise<TestSocket> => {
    const socket = await connect(at(path), options)
    expect(await socket.next()).toBe('open')
    return socket
  }

  describe('idleTimeout', () => {
    test('a peer that has vanished is found within 1.5 times as long, with 1006', async () => {
      const id = randomUUID()
      const raw = rawConnection(
        server().port,
        [
          `GET /socket/idle?id=${id} HTTP/1.1`,
          `Host: 127.0.0.1:${server().port}`,
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
          '',
          '',
        ].join('\r\n'),
      )
      await within(raw.answered, 5_000, 'handshake')
      const from = performance.now()
      // It answers no ping, and stays connected.
      expect(await line(id, /closed/, 10_000)).toBe("closed 1006 ''")
      // The rest is for the machine: what matters is that it is of this order.
      expect(performance.now() - from).toBeLessThan(1_500 + 2_000)
      // Deno tells of it twice.
      expect(await linesOf(id)).toHaveLength(1)
      raw.socket.destroy()
    })

    test('a peer that is quiet but there stays', async () => {
      const id = randomUUID()
      const { ws, next } = await opened(`/socket/idle?id=${id}`)
      const pings: Promise<void>[] = Array.from(
        { length: 3 },
        () => new Promise((resolve) => ws.once('ping', () => resolve())),
      )
      await within(Promise.all(pings), 10_000, 'ping')
      // Two whole timeouts of silence, by the server's own pings.
      for (let ping = 0; ping < 4; ping++) {
        await within(new Promise((resolve) => ws.once('ping', resolve)), 10_000, 'ping')
      }
      ws.send('still here')
      expect(await next()).toBe('still here')
      expect(await linesOf(id)).toEqual([])
      ws.close()
    })

    test("our client's heartbeat is answered, and no handler sees it", async () => {
      const { ws, next } = await opened('/socket/idle')
      ws.send(heartbeat)
      ws.send('message')
      expect([await next(), await next()]).toEqual([heartbeat, 'message'])
      ws.close()
    })
  })

  describe('topics', () => {
    test('what is published reaches the other subscribers of the topic, and nobody else', async () => {
      const room = randomUUID()
      const path = `/socket/topics/${room}`
      const [ada, bob, eve] = await Promise.all([
        opened(path),
        opened(path),
        opened('/socket/topics/x'),
      ])
      ada.ws.send(`${room}=hello`)
      expect(JSON.parse(String(await ada.next()))).toEqual({ sent: 1, dropped: 0 })
      expect(await bob.next()).toBe('hello')
      bob.ws.send(`-${room}`)
      bob.ws.send('?')
      expect(await bob.next()).toBe('')
      ada.ws.send(`${room}=nobody`)
      expect(JSON.parse(String(await ada.next()))).toEqual({ sent: 0, dropped: 0 })
      expect([...ada.waiting(), ...bob.waiting(), ...eve.waiting()]).toEqual([])
      for (const { ws } of [ada, bob, eve]) ws.close()
    })

    test('a topic belongs to its route, also for what any server code publishes', async () => {
      const topics = await opened('/socket/topics/news')
      const other = await opened('/socket/other-topics')
      const publish = async (route: string, message: string): Promise<unknown> =>
        (
          await fetch(at(`/socket/other-topics?topic=news&route=${encodeURIComponent(route)}`), {
            method: 'POST',
            body: message,
            // No type that a form could have, so that SvelteKit checks no Origin.
            headers: { 'content-type': 'application/octet-stream' },
          })
        ).json()
      expect(await publish('/socket/topics/[room]', 'one')).toEqual({ sent: 1, dropped: 0 })
      expect(await publish('/socket/other-topics', 'two')).toEqual({ sent: 1, dropped: 0 })
      expect(await publish('/socket/nowhere', 'three')).toEqual({ sent: 0, dropped: 0 })
      expect([await topics.next(), await other.next()]).toEqual(['one', 'two'])
      expect([...topics.waiting(), ...other.waiting()]).toEqual([])
      topics.ws.close()
      other.ws.close()
    })

    test('they are bounded, and end with their peer', async () => {
      const room = randomUUID()
      const { ws, next, closed } = await opened(`/socket/topics/${room}`)
      for (const topic of ['a', 'b', 'c', '?']) ws.send(topic === '?' ? '?' : `+${topic}`)
      expect(await next()).toMatch(/may subscribe to 3 topics/)
      expect(await next()).toBe(`${room},a,b`)
      ws.close()
      await closed
      const other = await opened(`/socket/topics/${room}`)
      await eventually(async () => {
        other.ws.send(`${room}=anybody?`)
        return JSON.parse(String(await other.next())).sent === 0
      })
      other.ws.close()
    })
  })

  describe('a loop over the messages', () => {
    test('gets them in order, instead of the handler, until it is left', async () => {
      const id = randomUUID()
      const { ws, next, closed } = await connect(at(`/socket/loop?id=${id}`))
      for (const message of ['one', 'two', 'leave', 'three']) ws.send(message)
      const seen = [await next(), await next(), await next(), await next()]
      expect(seen).toEqual(['loop one', 'loop two', 'left', 'handler three'])
      ws.close()
      await closed
      await line(id, /closed/)
    })

    test('ends with the socket, and close comes after it', async () => {
      const id = randomUUID()
      const { ws, next } = await connect(at(`/socket/loop?id=${id}`))
      ws.send('one')
      expect(await next()).toBe('loop one')
      ws.send('last')
      ws.close(4001)
      await line(id, /closed/)
      expect(await linesOf(id)).toEqual(['left', 'closed 4001'])
    })

    test('is one at a time', async () => {
      const { ws, next } = await connect(at('/socket/loop'))
      ws.send('twice')
      expect(await next()).toMatch(/are read already/)
      ws.close()
    })
  })

  describe('a slow reader', () => {
    test('drained() lets a handler send as fast as is read, and hold little', async () => {
      const id = randomUUID()
      const { ws, next } = await connect(at(`/socket/drained?id=${id}`))
      ws.send('go')
      for (let chunk = 0; chunk < 1024; chunk++) expect(await next()).toHaveLength(2 ** 16)
      expect(await next()).toBe('done')
      const [most] = await linesOf(id)
      expect(Number(most?.split(' ')[1])).toBeLessThan(2 ** 20)
      ws.close()
      expect(await line(id, /drained when closed/)).toBe('drained when closed: false')
    })

    test('one that closes while a handler waits for it holds up nobody', async () => {
      const id = randomUUID()
      const raw = rawConnection(server().port, handshakeOf(`/socket/drained?id=${id}`))
      await within(raw.answered, 5_000, '101')
      raw.socket.pause()
      raw.socket.write(Buffer.concat([frame(opcodes.text, 'go'), closeFrame(1000)]))
      for (let asked = 0; asked < 5; asked++) {
        await within(fetch(at('/peers')), 10_000, 'an answer')
      }
      raw.socket.destroy()
      expect(await line(id, /drained when closed/)).toBe('drained when closed: false')
    })

    test('overflow: drop keeps it, says what was dropped, and holds no more than its bound', async () => {
      const id = randomUUID()
      const { ws, next, waiting } = await opened(`/socket/limits?id=${id}`)
      ws.pause()
      ws.send('flood')
      const {
        sent = 0,
        queued = 0,
        dropped = 0,
      } = JSON.parse(await line(id, /dropped/)) as Record<string, number>
      expect(sent + queued + dropped).toBe(512)
      expect(dropped).toBeGreaterThan(0)
      ws.resume()
      for (let chunk = 0; chunk < sent + queued; chunk++) await next()
      ws.send('still here')
      expect(await next()).toBe('still here')
      expect(waiting()).toEqual([])
      ws.close()
      await line(id, /closed/)
    })
  })

  describe('limits', () => {
    test('over its rate a peer is closed with 1008', async () => {
      const id = randomUUID()
      const { ws, closed } = await opened(`/socket/limits?id=${id}`)
      for (let sent = 0; sent < 20; sent++) ws.send('x')
      const { code, reason } = await closed
      // On Deno a message that crosses our close hides it from the client.
      expect([1008, 1006]).toContain(code)
      if (code === 1008) expect(reason).toBe('messages come faster than the rate limit')
      expect(await line(id, /closed/)).toMatch(/closed (?:1008|1006)/)
    })

    test('over maxConnections a handshake is answered with 503 and Retry-After, until one leaves', async () => {
      await eventually(async () => (await open('/socket/limits')) === 0)
      const three = await Promise.all(Array.from({ length: 3 }, () => opened('/socket/limits')))
      const { status, headers } = await refusal(at('/socket/limits'))
      expect([status, headers['retry-after']]).toEqual([503, '5'])
      three[0]?.ws.close()
      const again = await eventually(() => opened('/socket/limits'))
      for (const { ws } of [...three, again]) ws.close()
    })

    test('of 200 that come at once no more than maxConnections get in, and who leaves gives the place back', async () => {
      const path = '/socket/crowd'
      const comeAtOnce = async (many: number): Promise<TestSocket[]> => {
        const came = await Promise.allSettled(Array.from({ length: many }, () => connect(at(path))))
        const refused = came.flatMap((one) =>
          one.status === 'rejected' ? [one.reason as Refusal] : [],
        )
        expect(
          new Set(refused.map(({ status, headers }) => `${status} ${headers['retry-after']}`)),
        ).toEqual(new Set(['503 5']))
        return came.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      }
      for (const many of [200, 25]) {
        const inside = await comeAtOnce(many)
        expect(inside).toHaveLength(20)
        expect(await open(path)).toBe(20)
        for (const { ws } of inside) ws.close()
        await eventually(async () => (await open(path)) === 0)
        // Those who leave while they are asked about, and those whom `handle` answers otherwise.
        await Promise.all(
          Array.from({ length: 8 }, async (_, index) => {
            const raw = rawConnection(server().port, handshakeOf(path))
            await new Promise((resolve) => raw.socket.once('connect', resolve))
            if (index % 2) raw.socket.resetAndDestroy()
            else raw.socket.end()
            await within(raw.closed, 5_000, 'the end')
            expect((await refusal(at(`${path}?instead`))).status).toBe(409)
          }),
        )
      }
    })

    test('over maxConnectionsPerAddress with 429', async () => {
      const path = '/socket/partner'
      const protocols = ['chat.v1']
      const two = await Promise.all([0, 1].map(() => connect(at(path), { protocols })))
      await Promise.all(two.map(({ next }) => next()))
      const { status, headers } = await refusal(at(path), { protocols })
      expect([status, headers['retry-after']]).toEqual([429, '5'])
      for (const { ws } of two) ws.close()
      await Promise.all(two.map(({ closed }) => closed))
      await eventually(async () => (await open('/socket/partner')) === 0)
    })
  })

  describe('origins of a route', () => {
    test('are let in there, and nowhere else', async () => {
      const origin = 'https://partner.example'
      const { ws, next, closed } = await connect(at('/socket/partner'), {
        origin,
        protocols: ['chat.v1'],
      })
      expect(await next()).toBe("speaks 'chat.v1'")
      ws.close()
      await closed
      expect((await refusal(at('/socket/echo'), { origin })).status).toBe(403)
      expect(
        (await refusal(at('/socket/partner'), { origin: 'https://evil.example' })).status,
      ).toBe(403)
      expect((await refusal(at('/socket/partner'), { origin: 'null' })).status).toBe(403)
    })
  })

  describe('subprotocols of a route', () => {
    test.each([
      [['chat.v1', 'chat.v2'], 'chat.v1'],
      [['other', 'chat.v2'], 'chat.v2'],
      [[], undefined],
    ])('%j: %s is chosen', async (protocols, chosen) => {
      const { ws, next, handshake, closed } = await connect(at('/socket/partner'), { protocols })
      expect(await next()).toBe(`speaks '${chosen ?? ''}'`)
      expect(handshake['sec-websocket-protocol']).toBe(chosen)
      ws.close()
      await closed
    })

    test('none is chosen of those that it does not speak', async () => {
      const raw = rawConnection(
        server().port,
        [
          'GET /socket/partner HTTP/1.1',
          `Host: 127.0.0.1:${server().port}`,
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
          'Sec-WebSocket-Protocol: other,another',
          '',
          '',
        ].join('\r\n'),
      )
      await within(raw.answered, 5_000, 'handshake')
      const head = raw.received().split('\r\n\r\n')[0] ?? ''
      expect(head).toMatch(/^HTTP\/1\.1 101 /)
      expect(head.toLowerCase()).not.toContain('sec-websocket-protocol')
      raw.socket.destroy()
    })
  })

  describe('typed messages', () => {
    test('are JSON, as the schemas make it', async () => {
      const { ws, next } = await connect(at('/socket/typed'))
      ws.send(JSON.stringify({ text: 'hello', at: '1999-01-01T00:00:00Z' }))
      expect(JSON.parse(String(await next()))).toEqual({ text: 'got hello', year: 1999 })
      ws.close()
    })

    test.each([
      ['what does not fit', '{"text":"much too long for it"}'],
      ['what is no JSON', 'hello'],
      ['bytes', Buffer.from('{"text":"a"}')],
    ])('%s closes with 1007, and what follows is not handled', async (_, message) => {
      const { ws, closed, waiting } = await connect(at('/socket/typed'))
      ws.send(message)
      ws.send('{"text":"after"}')
      const { code, reason } = await closed
      expect([1007, 1006]).toContain(code)
      if (code === 1007) expect(reason).toBe('invalid message')
      expect(waiting()).toEqual([])
    })

    test('what the route itself sends wrong is a fault of its handler', async () => {
      const { ws, closed } = await connect(at('/socket/typed'))
      ws.send('{"text":"wrong"}')
      expect((await closed).code).toBe(1011)
    })

    test('with invalid: error the handler is told, and the socket stays open', async () => {
      const { ws, next } = await connect(at('/socket/told'))
      ws.send('{"text":1}')
      expect(JSON.parse(String(await next()))).toEqual({
        wrong: expect.stringMatching(/^Got an invalid message: text: /) as string,
      })
      ws.send('{')
      expect(JSON.parse(String(await next()))).toEqual({ wrong: 'Expected JSON, got other text.' })
      ws.send('{"text":"fine"}')
      expect(JSON.parse(String(await next()))).toEqual({ text: 'fine' })
      ws.close()
    })
  })

  const open = async (route: string): Promise<number> =>
    (await fetch(at(`/peers?route=${encodeURIComponent(route)}`))).json() as Promise<number>
}
