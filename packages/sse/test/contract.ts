import { randomUUID } from 'node:crypto'
import { parse } from 'devalue'
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { eventually, within } from '../../../testing/eventually.ts'
import { rawConnection } from '../../../testing/raw.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { Vector } from '../../adapter/test/app/src/lib/vector.ts'
import { topicOf } from './news.ts'
import { openSource } from './open-source.ts'

interface TestStream {
  response: Response
  next(): Promise<EventSourceMessage | 'end'>
  comments: string[]
  retries: number[]
  leave(): void
}

/** A client that is not ours: `fetch` and eventsource-parser. */
async function read(url: string, init: RequestInit = {}): Promise<TestStream> {
  const abort = new AbortController()
  const response = await within(fetch(url, { ...init, signal: abort.signal }), 30_000, url)
  const comments: string[] = []
  const retries: number[] = []
  const events: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (comment) => comments.push(comment),
    onRetry: (retry) => retries.push(retry),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return {
    response,
    comments,
    retries,
    leave: () => abort.abort(),
    async next() {
      for (;;) {
        const event = events.shift()
        if (event) return event
        const { done, value } = await within(reader!.read(), 30_000, `event of ${url}`)
        if (done) return 'end'
        parser.feed(value)
      }
    },
  }
}

/** What a stream does, on every runtime and in every mode. */
export function streamContract(server: () => RunningServer): void {
  const at = (path: string): string => server().url + path
  const linesOf = async (id: string): Promise<string[]> =>
    (await fetch(at(`/log/${id}`))).json() as Promise<string[]>
  const sending = (events: unknown[][]): string =>
    `/stream/events?send=${encodeURIComponent(JSON.stringify(events))}`

  // It runs while the others do, or it would make each file 13 s longer.
  let quiet: Promise<TestStream>
  beforeAll(() => {
    quiet = read(at('/stream/quiet?ms=13000'))
  })

  test('the head comes at once, with what keeps proxies and caches away', async () => {
    const { response, next, retries, comments, leave } = await read(at(sending([])))
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-own': 'yes',
    })
    expect(await next()).toMatchObject({ event: 'end' })
    expect(retries).toEqual([1234])
    expect(comments).toHaveLength(1)
    leave()
  })

  test('what goes in comes out: names, ids, lines and values', async () => {
    const { next, leave } = await read(
      at(
        sending([
          ['message', 'plain'],
          ['named', 'one\ntwo\n', '7'],
          ['message', { a: [1, null] }],
          ['message', ''],
          ['message', ' leading space'],
          ['message', 5],
        ]),
      ),
    )
    expect(await next()).toMatchObject({ event: undefined, data: 'plain', id: undefined })
    expect(await next()).toMatchObject({ event: 'named', data: 'one\ntwo\n', id: '7' })
    expect(await next()).toMatchObject({ data: '{"a":[1,null]}' })
    expect(await next()).toMatchObject({ data: '' })
    expect(await next()).toMatchObject({ data: ' leading space' })
    expect(await next()).toMatchObject({ data: '5' })
    leave()
  })

  test('CR, LF and NUL forge neither a field nor an event', async () => {
    const id = randomUUID()
    const { next, leave } = await read(
      at(
        `${sending([
          ['message', 'a\rdata: forged\r\rid: 666\r\n\r\nevent: admin\ndata: b'],
          ['e\rvil', 'x'],
          ['e\nvil', 'x'],
          ['message', 'x', '1\r2'],
          ['message', 'x', '1\u00002'],
        ])}&id=${id}`,
      ),
    )
    expect(await next()).toMatchObject({
      event: undefined,
      id: undefined,
      data: 'a\ndata: forged\n\nid: 666\n\nevent: admin\ndata: b',
    })
    expect(await next()).toMatchObject({ event: 'end' })
    expect((await linesOf(id)).slice(1)).toEqual(['sent', ...Array(4).fill('bad-argument')])
    leave()
  })

  test('the producer learns where a client resumes', async () => {
    const { next, leave } = await read(at(sending([])), { headers: { 'last-event-id': '41' } })
    expect(await next()).toMatchObject({ event: 'last', data: '41' })
    leave()
  })

  test('an id may be any text: it comes back as the UTF-8 that a browser sends', async () => {
    const raw = rawConnection(
      server().port,
      Buffer.from(
        `GET ${sending([])} HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: ключ 🗝\r\n\r\n`,
      ),
    )
    const wanted = Buffer.from('data: ключ 🗝').toString('latin1')
    await eventually(() => raw.received().includes(wanted))
    raw.socket.destroy()
  })

  describe('the end of a stream', () => {
    type Leave = (socket: ReturnType<typeof rawConnection>['socket']) => void
    const leaving: Record<string, Leave> = {
      FIN: (socket) => socket.destroy(),
      RST: (socket) => socket.resetAndDestroy(),
      // It would go on reading.
      'half-close': (socket) => socket.end(),
    }
    const left = new Map<string, string>()

    test.each(Object.entries(leaving))(
      'a client that leaves (%s) is noticed within a second',
      async (how, leave) => {
        const id = randomUUID()
        const raw = rawConnection(
          server().port,
          `GET /stream/seen?id=${id} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: user=alice\r\n\r\n`,
          { halfOpen: true },
        )
        await eventually(() => raw.received().includes('data: alice'))
        const ticksSeen = raw.received().split('event: tick').length - 1
        leave(raw.socket)
        const stop = await eventually(async () =>
          (await linesOf(id)).find((line) => line.startsWith('stop')),
        )
        // A second of the server's own time, 50 ms a tick, however busy the machine is.
        expect(Number(/ticks=(\d+)/.exec(stop)?.[1]) - ticksSeen).toBeLessThanOrEqual(20)
        expect(stop).toMatch(/^stop alice emit=closed /)
        raw.socket.destroy()
        left.set(how, id)
      },
    )

    test('one that vanishes in silence is noticed by maxAge, though what is written for it is taken', async () => {
      const id = randomUUID()
      const raw = rawConnection(
        server().port,
        `GET /stream/aging?id=${id} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      )
      await eventually(() => raw.received().includes('young'))
      // Nothing of it is read any more, but its kernel takes and acknowledges it.
      raw.socket.pause()
      const stop = await eventually(async () =>
        (await linesOf(id)).find((line) => line.startsWith('stop')),
      )
      // Half a second of the server's own time, 20 ms a tick.
      expect(Number(stop.replace('stop ticks=', ''))).toBeLessThanOrEqual(25)
      raw.socket.destroy()
      left.set('silence', id)
    })

    test('one that leaves before an async start has an event is cleaned up after, too', async () => {
      const id = randomUUID()
      const raw = rawConnection(
        server().port,
        `GET /stream/late?ms=200&id=${id} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: user=eve\r\n\r\n`,
      )
      await eventually(async () => (await linesOf(id)).includes('start eve'))
      raw.socket.destroy()
      await eventually(async () => (await linesOf(id)).includes('stop eve'))
      expect((await linesOf(id)).toSorted()).toEqual([
        'handle GET',
        'start eve',
        'started eve',
        'stop eve',
        'stop option eve',
      ])
    })

    test('each that has left was cleaned up after once, in the scope of its request', async () => {
      expect([...left.keys()]).toEqual(['FIN', 'RST', 'half-close', 'silence'])
      for (const [how, id] of left) {
        const lines = await linesOf(id)
        expect(lines.filter((line) => line.startsWith('stop'))).toHaveLength(1)
        if (how === 'silence') continue
        expect(lines.slice(0, -1)).toEqual(['handle GET', 'start', 'unlocked alice', 'abort alice'])
      }
    })

    test('a client that still lives resumes after maxAge without a gap', async () => {
      const { path, publish } = topicOf(server().url, randomUUID(), '/stream/recent')
      const seen: string[] = []
      const resets: string[] = []
      const open = vi.fn<() => void>()
      const opens = (): number => open.mock.calls.length
      const source = openSource(at(path), { open })
      const leaves = [
        source.select().subscribe((data) => void (data && seen.push(data))),
        source.select('reset').subscribe((data) => void (data && resets.push(data))),
      ]
      await eventually(() => opens() === 1, 30_000)
      const sent: string[] = []
      while (opens() < 4 && sent.length < 450) {
        sent.push(String(sent.length))
        await publish(sent.at(-1)!)
      }
      await eventually(() => seen.length >= sent.length, 15_000)
      for (const leave of leaves) leave()
      expect({ seen, resets }).toEqual({ seen: sent, resets: [] })
      expect(opens()).toBeGreaterThan(1)
    })

    test('lock.set(false) ends it from the server, and nothing comes after', async () => {
      const id = randomUUID()
      const { next } = await read(at(`/stream/lock?id=${id}`))
      expect(await next()).toMatchObject({ data: 'one' })
      expect(await next()).toBe('end')
      expect((await linesOf(id)).filter((line) => line === 'stop')).toHaveLength(1)
    })

    test('HEAD does not start the producer', async () => {
      const id = randomUUID()
      const response = await fetch(at(`/stream/seen?id=${id}`), { method: 'HEAD' })
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      expect(await linesOf(id)).toEqual(['handle HEAD'])
    })

    test('a reader that does not read ends its own stream, not the memory', async () => {
      const id = randomUUID()
      const raw = rawConnection(
        server().port,
        `GET /stream/slow?id=${id} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      )
      await within(raw.answered, 10_000, 'head')
      raw.socket.pause()
      const line = await eventually(
        async () => (await linesOf(id)).find((one) => one.startsWith('slow')),
        20_000,
      )
      // 16 are the bound of a mebibyte; the rest is what the kernel and the runtime took.
      expect(Number(line.replace(/\D/g, ''))).toBeLessThan(1_000)
      raw.socket.destroy()
    })
  })

  describe('faults of producers', () => {
    test.each([
      ['refuse', 403],
      ['throw', 500],
    ])('what start throws is the answer (%s)', async (how, status) => {
      const id = randomUUID()
      const response = await fetch(at(`/stream/fault?how=${how}&id=${id}`))
      expect(response.status).toBe(status)
      if (status === 500) expect(await linesOf(id)).toContain('handleError unknown start fell over')
    })

    test.each([
      ['reject', 500, 'start fell over'],
      ['refuse later', 403, undefined],
    ])(
      'what an async start rejects with before its first event is the answer (%s)',
      async (how, status, said) => {
        const id = randomUUID()
        const response = await fetch(at(`/stream/fault?how=${encodeURIComponent(how)}&id=${id}`))
        expect(response.status).toBe(status)
        if (said) expect(await linesOf(id)).toContain(`handleError unknown ${said}`)
      },
    )

    test('a rejection that comes later ends the stream and nothing else', async () => {
      const { next } = await read(at('/stream/fault?how=late'))
      expect(await next()).toMatchObject({ data: 'first' })
      expect(await next()).toBe('end')
      await eventually(() => server().output().includes('start fell over later'))
      expect((await fetch(at('/log/none'))).status).toBe(200)
    })

    test('a throw in the clean-up ends nothing', async () => {
      const id = randomUUID()
      const { leave } = await read(at(`/stream/fault?how=stop&id=${id}`))
      leave()
      await eventually(async () => (await linesOf(id)).includes('stop'))
      expect((await fetch(at('/log/none'))).status).toBe(200)
    })
  })

  test('an async start keeps the scope of its request, and so do its clean-up and the option stop', async () => {
    const id = randomUUID()
    const headers = { cookie: 'user=bob' }
    const { next, leave } = await read(at(`/stream/late?ms=5&id=${id}`), { headers })
    expect(await next()).toMatchObject({ event: 'tick', data: 'bob' })
    leave()
    await eventually(async () => (await linesOf(id)).length === 5)
    expect((await linesOf(id)).slice(1).map((line) => line.split(' ').at(-1))).toEqual(
      Array(4).fill('bob'),
    )
  })

  test('the types of the app cross, where serialize and the client know them', async () => {
    const { next, leave } = await read(at('/stream/typed'))
    const { data } = (await next()) as EventSourceMessage
    const decode = { Vector: ([x, y]: [number, number]) => new Vector(x, y) }
    expect(parse(data, decode)).toEqual({ at: new Date(0), vector: new Vector(1, 2) })
    leave()
  })

  test('inside a handler, produce gives the response', async () => {
    const { next } = await read(at('/stream/inside'), {
      method: 'POST',
      body: 'hello',
      headers: { 'content-type': 'application/json', origin: server().url },
    })
    expect(await next()).toMatchObject({ data: '{"body":"hello"}' })
    expect(await next()).toBe('end')
  })

  test('our client asks by POST, with a body and headers', async () => {
    const headers = vi.fn<() => HeadersInit>(() => ({
      'content-type': 'application/json',
      origin: server().url,
    }))
    const source = openSource(at('/stream/inside'), {
      options: { method: 'POST', body: 'hello', headers },
      base: 1,
    })
    const seen: unknown[] = []
    const leave = source
      .select()
      .json()
      .subscribe((value) => seen.push(value))
    // It ends each time, and is asked anew.
    await eventually(() => seen.length >= 3)
    leave()
    expect(seen.slice(0, 3)).toEqual([undefined, { body: 'hello' }, { body: 'hello' }])
    expect(headers.mock.calls.length).toBeGreaterThan(1)
  })

  describe('an async generator', () => {
    const user = { headers: { cookie: 'user=ada' } }

    test('is the stream: what it yields, from where the client was', async () => {
      const id = randomUUID()
      const { next } = await read(at(`/stream/generator?to=4&id=${id}`), {
        headers: { ...user.headers, 'last-event-id': '2' },
      })
      for (const count of [3, 4]) {
        const event = (await next()) as EventSourceMessage
        expect(event).toMatchObject({ event: 'count', id: String(count) })
        expect(JSON.parse(event.data)).toEqual({ count, user: 'ada', padding: '' })
      }
      expect(await next()).toBe('end')
      expect(await linesOf(id)).toContain('returned ada at 4')
    })

    test.each([
      ['refuse', 403],
      ['first', 500],
    ])('what it throws before its first event is the answer (%s)', async (fail, status) => {
      expect((await fetch(at(`/stream/generator?fail=${fail}`))).status).toBe(status)
    })

    test('what it throws later ends the stream and nothing else', async () => {
      const { next } = await read(at('/stream/generator?fail=later'))
      expect(await next()).toMatchObject({ id: '1' })
      expect(await next()).toBe('end')
      await eventually(() => server().output().includes('the generator fell over later'))
    })

    test('is as fast as its reader, and returns when the reader has left', async () => {
      const id = randomUUID()
      const { leave, next } = await read(at(`/stream/generator?pad=65536&id=${id}`), user)
      expect(await next()).toMatchObject({ id: '1' })
      // Whatever the sockets on the way hold, it is little beside what it could have made.
      await new Promise((resolve) => setTimeout(resolve, 500))
      leave()
      const line = await eventually(async () =>
        (await linesOf(id)).find((one) => one.startsWith('returned ada at')),
      )
      expect(Number(line.split(' ').at(-1))).toBeLessThan(1000)
    })
  })

  describe('replay', () => {
    const name = randomUUID()
    const publish = (text: string): Promise<string> => topicOf(server().url, name).publish(text)
    const resume = (id?: string): Promise<TestStream> =>
      read(
        at(topicOf(server().url, name).path),
        id === undefined ? {} : { headers: { 'last-event-id': id } },
      )

    test('a client that comes back gets what it has missed, or is told that nobody knows', async () => {
      const first = await resume()
      expect(await first.next()).toMatchObject({ event: 'position', data: '' })
      const ids = [await publish('one')]
      expect(await first.next()).toMatchObject({ id: ids[0], data: 'one' })
      first.leave()
      for (const text of ['two', 'three']) ids.push(await publish(text))
      const second = await resume(ids[0])
      ids.push(await publish('four'))
      for (const [index, data] of ['two', 'three', 'four'].entries()) {
        expect(await second.next()).toMatchObject({ id: ids[index + 1], data })
      }
      second.leave()
      for (let index = 0; index < 6; index++) await publish(`more ${index}`)
      const third = await resume(ids[0])
      expect(await third.next()).toMatchObject({ event: 'reset', data: '{"reason":"evicted"}' })
      third.leave()
      const foreign = await resume('00000000-1')
      expect(await foreign.next()).toMatchObject({ event: 'reset', data: '{"reason":"unknown"}' })
      foreign.leave()
    })
  })

  test('streams() reaches those of one user from any server code', async () => {
    const [ada, bob] = await Promise.all(
      ['ada', 'bob'].map((user) =>
        read(at('/stream/notes'), { headers: { cookie: `user=${user}` } }),
      ),
    )
    expect([await ada?.next(), await bob?.next()]).toMatchObject([
      { event: 'ready' },
      { event: 'ready' },
    ])
    const notify = async (to: string): Promise<unknown> =>
      (
        await fetch(at(`/stream/notes?to=${to}`), {
          method: 'POST',
          body: `hello ${to}`,
          headers: { origin: server().url, 'content-type': 'application/json' },
        })
      ).json()
    expect(await notify('ada')).toEqual({ sent: 1, failed: 0 })
    expect(await notify('eve')).toEqual({ sent: 0, failed: 0 })
    expect(await notify('bob')).toEqual({ sent: 1, failed: 0 })
    expect([await ada?.next(), await bob?.next()]).toMatchObject([
      { event: 'note', data: 'hello ada' },
      { event: 'note', data: 'hello bob' },
    ])
    ada?.leave()
    bob?.leave()
    await eventually(async () => ((await notify('ada')) as { sent: number }).sent === 0)
  })

  test('maxAge ends a stream that nobody has ended, and cleans up after it', async () => {
    const id = randomUUID()
    const { next } = await read(at(`/stream/aging?id=${id}`))
    expect(await next()).toMatchObject({ data: 'young' })
    while ((await next()) !== 'end');
    expect((await linesOf(id)).filter((line) => line.startsWith('stop'))).toHaveLength(1)
  })

  describe('a quiet stream', () => {
    test(
      'lives past the 10 s after which Bun ends quiet connections',
      { timeout: 30_000 },
      async () => {
        const { next, leave } = await quiet
        expect(await next()).toMatchObject({ event: 'late', data: 'still here' })
        leave()
      },
    )
  })
}
