import { randomUUID } from 'node:crypto'
import { parse } from 'devalue'
import type { EventSourceMessage } from 'eventsource-parser'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../testing/eventually.ts'
import { rawConnection } from '../../../testing/raw.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { Vector } from '../../adapter/test/app/src/lib/vector.ts'
import { streamEndingsContract } from './endings-contract.ts'
import { topicOf } from './news.ts'
import { openSource } from './open-source.ts'
import { readLog } from './read-log.ts'
import { readStream } from './read-stream.ts'
import type { TestStream } from './read-stream.ts'

/** What a stream does, on every runtime and in every mode. */
export function streamContract(server: () => RunningServer): void {
  const at = (path: string): string => server().url + path
  const linesOf = (id: string): Promise<string[]> => readLog(server().url, id)
  const sending = (events: unknown[][]): string =>
    `/stream/events?send=${encodeURIComponent(JSON.stringify(events))}`

  // It runs while the others do, or it would make each file 13 s longer.
  let quiet: Promise<TestStream>
  beforeAll(() => {
    quiet = readStream(at('/stream/quiet?ms=13000'))
  })

  test('the head comes at once, with what keeps proxies and caches away', async () => {
    const { response, next, retries, comments, leave } = await readStream(at(sending([])))
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
    const { next, leave } = await readStream(
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
    const { next, leave } = await readStream(
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
    const { next, leave } = await readStream(at(sending([])), {
      headers: { 'last-event-id': '41' },
    })
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

  describe('the end of a stream', () => streamEndingsContract(server))

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
      const { next } = await readStream(at('/stream/fault?how=late'))
      expect(await next()).toMatchObject({ data: 'first' })
      expect(await next()).toBe('end')
      await eventually(() => server().output().includes('start fell over later'))
      expect((await fetch(at('/log/none'))).status).toBe(200)
    })

    test('a throw in the clean-up ends nothing', async () => {
      const id = randomUUID()
      const { leave } = await readStream(at(`/stream/fault?how=stop&id=${id}`))
      leave()
      await eventually(async () => (await linesOf(id)).includes('stop'))
      expect((await fetch(at('/log/none'))).status).toBe(200)
    })
  })

  test('an async start keeps the scope of its request, and so do its clean-up and the option stop', async () => {
    const id = randomUUID()
    const headers = { cookie: 'user=bob' }
    const { next, leave } = await readStream(at(`/stream/late?ms=5&id=${id}`), { headers })
    expect(await next()).toMatchObject({ event: 'tick', data: 'bob' })
    leave()
    await eventually(async () => (await linesOf(id)).length === 5)
    expect((await linesOf(id)).slice(1).map((line) => line.split(' ').at(-1))).toEqual(
      Array(4).fill('bob'),
    )
  })

  test('the types of the app cross, where serialize and the client know them', async () => {
    const { next, leave } = await readStream(at('/stream/typed'))
    const { data } = (await next()) as EventSourceMessage
    const decode = { Vector: ([x, y]: [number, number]) => new Vector(x, y) }
    expect(parse(data, decode)).toEqual({ at: new Date(0), vector: new Vector(1, 2) })
    leave()
  })

  test('inside a handler, produce gives the response', async () => {
    const { next } = await readStream(at('/stream/inside'), {
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
      const { next } = await readStream(at(`/stream/generator?to=4&id=${id}`), {
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
      const { next } = await readStream(at('/stream/generator?fail=later'))
      expect(await next()).toMatchObject({ id: '1' })
      expect(await next()).toBe('end')
      await eventually(() => server().output().includes('the generator fell over later'))
    })

    test('is as fast as its reader, and returns when the reader has left', async () => {
      const id = randomUUID()
      const { leave, next } = await readStream(at(`/stream/generator?pad=65536&id=${id}`), user)
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
      readStream(
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
        readStream(at('/stream/notes'), { headers: { cookie: `user=${user}` } }),
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
