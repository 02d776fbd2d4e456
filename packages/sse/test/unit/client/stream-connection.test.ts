import type { ConnectionStatus, Reconnector } from '@kitrt/core/client'
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createStreamConnection } from '../../../src/client/stream-connection.ts'
import type { StreamConnectionOptions } from '../../../src/client/stream-connection.ts'
import { formatEvent } from '../../../src/format.ts'
import { asRead, createChance, createRandom } from '../random.ts'
import { createFakeServer, settled } from './fake-server.ts'
import type { FakeServer } from './fake-server.ts'

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date('2026-01-01T00:00:00Z'),
    toFake: ['setTimeout', 'clearTimeout', 'Date'],
  })
})
afterEach(() => {
  vi.useRealTimers()
})

interface Setup extends FakeServer {
  connection: Reconnector
  events: EventSourceMessage[]
  statuses: ConnectionStatus[]
}

function setup(options: Partial<StreamConnectionOptions> = {}): Setup {
  const server = createFakeServer()
  const events: EventSourceMessage[] = []
  const statuses: ConnectionStatus[] = []
  const connection = createStreamConnection({
    url: '/events',
    request: {},
    fetch: server.fetch,
    network: undefined,
    onEvent: (event) => events.push(event),
    onStatus: (status) => statuses.push(status),
    onTrouble: () => {},
    random: () => 1,
    ...options,
  })
  return { ...server, connection, events, statuses }
}

/** Started and open. */
async function opened(options: Partial<StreamConnectionOptions> = {}): Promise<Setup> {
  const made = setup(options)
  made.connection.start()
  made.last().opens()
  await settled()
  return made
}

describe('the request', () => {
  test('is a GET that asks for an event stream and no cached one', () => {
    const { connection, last } = setup()
    connection.start()
    const { url, init, headers } = last()
    expect(url).toBe('/events')
    expect(init).toMatchObject({ cache: 'no-store' })
    expect([init.method, init.body]).toEqual([undefined, undefined])
    expect(headers.get('accept')).toBe('text/event-stream')
    expect(headers.has('last-event-id')).toBe(false)
  })

  test('carries the method, the headers and the body that were given', () => {
    const { connection, last } = setup({
      request: { method: 'POST', headers: { authorization: 'Bearer 1' }, body: '{}' },
    })
    connection.start()
    expect(last().init).toMatchObject({ method: 'POST', body: '{}' })
    expect(last().headers.get('authorization')).toBe('Bearer 1')
    expect(last().headers.get('accept')).toBe('text/event-stream')
  })

  test('asks a function of headers anew for each attempt', async () => {
    let token = 0
    const { connection, requests, last } = setup({
      request: { headers: () => ({ authorization: `Bearer ${++token}` }) },
    })
    connection.start()
    await settled()
    last().fails()
    await settled()
    await vi.advanceTimersByTimeAsync(500)
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
    ])
  })

  test('is aborted by stop', () => {
    const { connection, last, statuses } = setup()
    connection.start()
    connection.stop()
    expect(last().init.signal?.aborted).toBe(true)
    expect(statuses).toEqual(['connecting', 'idle'])
  })
})

describe('events', () => {
  test('come with their name, their id and their data', async () => {
    const { last, events } = await opened()
    last().sends(formatEvent({ data: 'one' }))
    last().sends(formatEvent({ event: 'tick', data: 'two\nlines', id: '7' }))
    await settled()
    expect(events).toEqual([
      { data: 'one', event: undefined, id: undefined },
      { data: 'two\nlines', event: 'tick', id: '7' },
    ])
  })

  test('do not come after stop, also when they were in the same chunk', async () => {
    const seen: string[] = []
    const made = await opened({
      onEvent({ data }) {
        seen.push(data)
        made.connection.stop()
      },
    })
    made.last().sends(formatEvent({ data: 'one' }) + formatEvent({ data: 'two' }))
    await settled()
    expect(seen).toEqual(['one'])
    expect(made.connection.status).toBe('idle')
  })

  test('that were not finished when the stream ended are left out', async () => {
    const { last, events } = await opened()
    last().sends('data: half')
    last().ends()
    await settled()
    expect(events).toEqual([])
  })

  test('comments are none', async () => {
    const { last, events } = await opened()
    last().sends(':\n\n: hello\n\n')
    await settled()
    expect(events).toEqual([])
  })

  // Every border there is, those inside of é, € and 😀 among them
  const text = formatEvent({ event: 'é', data: 'a€\r\n😀b', id: '7' }) + formatEvent({ data: '€' })
  const bytes = new TextEncoder().encode(text)
  const expected = [
    { event: 'é', data: 'a€\n😀b', id: '7' },
    { event: undefined, data: '€', id: undefined },
  ]

  test.each(Array.from({ length: bytes.length + 1 }, (_, index) => index))(
    'are whole when the stream is cut at byte %d',
    async (at) => {
      const { last, events } = await opened()
      last().sends(bytes.slice(0, at))
      last().sends(bytes.slice(at))
      await settled()
      expect(events).toEqual(expected)
    },
  )

  test('are whole when every byte comes alone', async () => {
    const { last, events } = await opened()
    for (const byte of bytes) last().sends(Uint8Array.of(byte))
    await settled()
    expect(events).toEqual(expected)
  })

  const seeds = Array.from({ length: 100 }, (_, index) => index + 1)

  test.each(seeds)(
    'are what was written, names and ids too, however their bytes are cut: seed %d',
    async (seed) => {
      const chance = createChance(seed)
      const written = chance.events(5)
      const stream = written.map((fields) => formatEvent(fields)).join('')
      const { last, events } = await opened()
      for (const chunk of chance.cut(new TextEncoder().encode(stream))) last().sends(chunk)
      await settled()
      expect(events, `seed ${seed}`).toEqual(written.map(asRead))
    },
  )

  test.each(seeds)(
    'of any stream, also one that no writer would write, are those of the oracle: seed %d',
    async (seed) => {
      const chance = createChance(seed)
      const stream = (chance.below(4) ? '' : '\uFEFF') + chance.stream(40)
      const { last, events } = await opened()
      for (const chunk of chance.cut(new TextEncoder().encode(stream))) last().sends(chunk)
      await settled()
      const wanted: EventSourceMessage[] = []
      const oracle = createParser({ onEvent: (event) => wanted.push(event) })
      // The whole of it at once, and without the byte order mark, which is none of the parser's business.
      oracle.feed(stream.replace(/^\uFEFF/, ''))
      expect(events, `seed ${seed}`).toEqual(wanted)
    },
  )

  test('a byte order mark before the first one is left out', async () => {
    const { last, events } = await opened()
    last().sends(new Uint8Array([0xef, 0xbb, 0xbf]))
    last().sends('data: x\n\n')
    await settled()
    expect(events.map(({ data }) => data)).toEqual(['x'])
  })
})

describe('Last-Event-ID', () => {
  /** Loses the stream after it has sent this, and gives the headers of the next request. */
  const headersAfter = async (text: string): Promise<Headers> => {
    const { last } = await opened()
    last().sends(text)
    await settled()
    last().breaks()
    await settled()
    vi.advanceTimersByTime(500)
    return last().headers
  }

  test('is the id of the last event that had one', async () => {
    const text = 'id: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\n'
    expect((await headersAfter(text)).get('last-event-id')).toBe('2')
  })

  test('is not sent when no event had one', async () => {
    expect((await headersAfter('data: a\n\n')).has('last-event-id')).toBe(false)
  })

  test('is not of an event that was not finished', async () => {
    const headers = await headersAfter('id: 1\ndata: a\n\nid: 2\ndata: b\n')
    expect(headers.get('last-event-id')).toBe('1')
  })

  test('is kept over many attempts, and over stop and start', async () => {
    const { connection, last } = await opened()
    last().sends('id: 7\ndata: a\n\n')
    await settled()
    for (const wait of [500, 1000, 2000]) {
      if (wait === 500) last().breaks()
      else last().fails()
      // oxlint-disable-next-line no-await-in-loop -- one attempt after another
      await settled()
      vi.advanceTimersByTime(wait)
      expect(last().headers.get('last-event-id')).toBe('7')
    }
    connection.stop('closed')
    connection.start()
    expect(last().headers.get('last-event-id')).toBe('7')
  })
})

describe('the end of a stream', () => {
  test.each(['ends', 'breaks'] as const)('that %s is the beginning of a wait', async (how) => {
    const { connection, last, requests, statuses } = await opened()
    last()[how]()
    await settled()
    expect(connection.status).toBe('waiting')
    vi.advanceTimersByTime(499)
    expect(requests).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(requests).toHaveLength(2)
    expect(statuses).toEqual(['connecting', 'open', 'waiting', 'connecting'])
  })

  test('retry: sets the wait', async () => {
    const { last, requests } = await opened()
    last().sends('retry: 3000\n\n')
    await settled()
    last().ends()
    await settled()
    vi.advanceTimersByTime(2999)
    expect(requests).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(requests).toHaveLength(2)
  })

  test('a retry: that is no number changes nothing', async () => {
    const { last, requests } = await opened()
    last().sends('retry: 3s\n\n')
    last().ends()
    await settled()
    vi.advanceTimersByTime(500)
    expect(requests).toHaveLength(2)
  })
})

describe('an answer that is no stream', () => {
  /** Starts, and is answered so. */
  const answered = async (status: number, headers: HeadersInit = {}): Promise<Setup> => {
    const made = setup()
    made.connection.start()
    made.last().answers(status, headers)
    await settled()
    return made
  }

  test('204 closes, until start', async () => {
    const { connection, requests } = await answered(204)
    expect(connection.status).toBe('closed')
    vi.advanceTimersByTime(3_600_000)
    expect(requests).toHaveLength(1)
    connection.start()
    expect(requests).toHaveLength(2)
  })

  test.each([400, 401, 403, 404, 410])('%d refuses, until start', async (status) => {
    const { connection, requests } = await answered(status)
    expect(connection.status).toBe('refused')
    vi.advanceTimersByTime(3_600_000)
    expect(requests).toHaveLength(1)
    connection.start()
    expect(requests).toHaveLength(2)
  })

  test.each([408, 425, 429, 500, 502, 503])('%d is tried again', async (status) => {
    const { connection, requests } = await answered(status)
    expect(connection.status).toBe('waiting')
    vi.advanceTimersByTime(500)
    expect(requests).toHaveLength(2)
  })

  test.each<[string, () => number]>([
    ['the longest', () => 1],
    ['the shortest', () => 0],
    ...Array.from({ length: 20 }, (_, seed): [string, () => number] => [
      `those of seed ${seed}`,
      createRandom(seed),
    ]),
  ])(
    'a route that says 500 is asked at most 8 times in 30 s, with waits as chance has them: %s',
    async (_, random) => {
      const { connection, requests, last } = setup({ random })
      connection.start()
      for (let time = 0; time < 30_000; time += 10) {
        last().answers(500)
        await vi.advanceTimersByTimeAsync(10)
      }
      expect(requests.length).toBeLessThanOrEqual(8)
      // It has not given up.
      expect(requests.length).toBeGreaterThanOrEqual(6)
    },
  )

  test.each([429, 503])('%d with Retry-After in seconds waits for them', async (status) => {
    const { requests } = await answered(status, { 'retry-after': '30' })
    vi.advanceTimersByTime(29_999)
    expect(requests).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(requests).toHaveLength(2)
  })

  test.each([429, 503])('%d with Retry-After as a date waits for it', async (status) => {
    const { requests } = await answered(status, { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' })
    vi.advanceTimersByTime(59_900)
    expect(requests).toHaveLength(1)
    vi.advanceTimersByTime(100)
    expect(requests).toHaveLength(2)
  })

  test.each(['text/html', 'application/json', 'text/event-streaming', ''])(
    'a 200 of the type "%s" refuses, and its body is let go',
    async (type) => {
      const cancel = vi.fn<() => void>()
      const body = new ReadableStream({ cancel })
      const fetch = (): Promise<Response> =>
        Promise.resolve(new Response(body, { headers: type ? { 'content-type': type } : {} }))
      const { connection, statuses } = setup({ fetch })
      connection.start()
      await settled()
      expect(statuses).toEqual(['connecting', 'refused'])
      expect(cancel).toHaveBeenCalledTimes(1)
    },
  )

  test.each(['text/event-stream', 'text/event-stream; charset=utf-8', 'Text/Event-Stream'])(
    'a 200 of the type "%s" is a stream',
    async (type) => {
      const { connection, last } = setup()
      connection.start()
      last().opens({ 'content-type': type })
      await settled()
      expect(connection.status).toBe('open')
    },
  )

  test('a request that does not arrive is tried again', async () => {
    const { connection, last, requests } = setup()
    connection.start()
    last().fails()
    await settled()
    vi.advanceTimersByTime(500)
    expect(requests).toHaveLength(2)
  })

  test('an answer that takes too long is given up', async () => {
    const { connection, last, requests } = setup()
    connection.start()
    vi.advanceTimersByTime(15_000)
    expect(last().init.signal?.aborted).toBe(true)
    await settled()
    expect(connection.status).toBe('waiting')
    vi.advanceTimersByTime(500)
    expect(requests).toHaveLength(2)
  })
})

describe('liveness', () => {
  test('a stream that has gone silent is lost, and comes back', async () => {
    const trouble = vi.fn<(error: unknown) => void>()
    const { last, connection, requests } = await opened({ onTrouble: trouble })
    await vi.advanceTimersByTimeAsync(44_999)
    expect(connection.status).toBe('open')
    await vi.advanceTimersByTimeAsync(1)
    expect(connection.status).toBe('waiting')
    expect(trouble).toHaveBeenCalledTimes(1)
    expect(last().init.signal?.aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(500)
    expect(requests).toHaveLength(2)
  })

  test('a comment is a sign of life', async () => {
    const { last, connection } = await opened({ liveness: 1000 })
    for (let beat = 0; beat < 5; beat++) {
      await vi.advanceTimersByTimeAsync(900)
      last().sends(':\n\n')
      await settled()
    }
    expect(connection.status).toBe('open')
  })

  test('with Infinity nobody watches, and after the stop neither', async () => {
    const watched = await opened({ liveness: Infinity })
    await vi.advanceTimersByTimeAsync(10_000_000)
    expect(watched.connection.status).toBe('open')
    const { connection } = await opened()
    connection.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('headers may come later, anew for each attempt', async () => {
  let token = 0
  const { connection, last, requests } = setup({
    request: { headers: () => Promise.resolve({ authorization: `Bearer ${++token}` }) },
  })
  connection.start()
  await settled()
  expect(last().headers.get('authorization')).toBe('Bearer 1')
  last().fails()
  await settled()
  await vi.advanceTimersByTimeAsync(500)
  expect(requests).toHaveLength(2)
  expect(last().headers.get('authorization')).toBe('Bearer 2')
})

test('headers that cannot be had are a failed attempt', async () => {
  const trouble = vi.fn<(error: unknown) => void>()
  const { connection } = setup({
    request: { headers: () => Promise.reject(new Error('no token')) },
    onTrouble: trouble,
  })
  connection.start()
  await settled()
  expect(connection.status).toBe('waiting')
  expect(trouble).toHaveBeenCalledWith(new Error('no token'), undefined)
})

test('an event over maxEvent is not gathered, and is said', async () => {
  const trouble = vi.fn<(error: unknown) => void>()
  const { last, connection, events } = await opened({ maxEvent: 100, onTrouble: trouble })
  for (let sent = 0; sent < 5; sent++) {
    last().sends(`data: ${'x'.repeat(50)}\n\n`)
    await settled()
  }
  expect(events).toHaveLength(5)
  last().sends(`data: ${'x'.repeat(60)}`)
  await settled()
  last().sends('x'.repeat(60))
  await settled()
  expect(connection.status).toBe('waiting')
  expect(String(trouble.mock.calls[0]?.[0])).toContain('over 100')
})
