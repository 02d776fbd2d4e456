import { AsyncLocalStorage } from 'node:async_hooks'
import { closeConnections } from '@kitrt/core/server'
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Mock } from 'vitest'
import { countConnections, reopen } from '../../../core/test/unit/server/reopen.ts'
import { openEventStream as open } from '../../src/event-stream.ts'
import { eventStreamHeaders } from '../../src/stream-headers.ts'
import type { EventStream } from '../../src/event-stream.ts'
import type { EventStreamOptions } from '../../src/stream-options.ts'
import { asRead, createChance } from './random.ts'

/** As `open`, for a `start` that is not async; await the response of one that is. */
const openEventStream = open as (...stream: Parameters<typeof open>) => Response

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  closeConnections()
  reopen()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

interface Setup {
  response: Response
  stream: EventStream
  /** The next chunk, as text; `undefined` at the end. */
  read(): Promise<string | undefined>
  /** Everything to the end. */
  rest(): Promise<string>
  /** The reader goes away. */
  cancel(): Promise<void>
  cleanUp: Mock<() => void>
}

function setup(options: EventStreamOptions = {}): Setup {
  let opened: EventStream | undefined
  const cleanUp = vi.fn<() => void>()
  const response = openEventStream((stream) => {
    opened = stream
    return cleanUp
  }, options)
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  const read = async (): Promise<string | undefined> => {
    const { value } = await reader.read()
    return value && decoder.decode(value)
  }
  return {
    response,
    stream: opened!,
    read,
    async rest() {
      let text = ''
      for (let chunk = await read(); chunk !== undefined; chunk = await read()) text += chunk
      return text
    },
    cancel: () => reader.cancel(),
    cleanUp,
  }
}

const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => {})

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

describe('the response', () => {
  test('is an event stream that proxies neither hold back nor store', () => {
    const { response } = setup()
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
  })

  test("the app's own headers come second and win", () => {
    const { response } = setup({ headers: { 'Cache-Control': 'no-cache', 'x-own': 'yes' } })
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('x-own')).toBe('yes')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
  })

  test.each([[{ 'x-own': 'yes' }], [[['x-own', 'yes']]], [new Headers({ 'x-own': 'yes' })]])(
    'headers may come as %o',
    (own) => {
      expect(eventStreamHeaders(own as HeadersInit).get('x-own')).toBe('yes')
    },
  )

  test('begins with a comment, before the first event', async () => {
    const { stream, read } = setup()
    stream.emit('message', 'x')
    expect(await read()).toBe(':\n\n')
    expect(await read()).toBe('data: x\n\n')
  })

  test('says the retry time before anything of the producer', async () => {
    const response = openEventStream(
      ({ emit, end }) => {
        emit('tick', 1)
        end()
      },
      { retry: 3000 },
    )
    expect(await response.text()).toBe(':\n\nretry: 3000\n\nevent: tick\ndata: 1\n\n')
  })

  test('a retry of 0 is said too', async () => {
    const response = openEventStream(({ end }) => end(), { retry: 0 })
    expect(await response.text()).toBe(':\n\nretry: 0\n\n')
  })

  test.each([-1, 1.5, Number.NaN, Infinity])('a retry of %d is a bad argument', (retry) => {
    const start = vi.fn<() => void>()
    expect(() => openEventStream(start, { retry })).toThrow(
      expect.objectContaining({ code: 'bad-argument' }),
    )
    expect(start).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('emit', () => {
  test.each<[string, unknown, { id?: string } | undefined, string]>([
    ['message', 'text', undefined, 'data: text\n\n'],
    ['tick', { a: 1 }, undefined, 'event: tick\ndata: {"a":1}\n\n'],
    ['tick', [1, null], { id: '7' }, 'id: 7\nevent: tick\ndata: [1,null]\n\n'],
    ['tick', null, undefined, 'event: tick\ndata: null\n\n'],
    ['tick', 0, undefined, 'event: tick\ndata: 0\n\n'],
    ['tick', '', undefined, 'event: tick\ndata: \n\n'],
    ['tick', new Date(0), undefined, 'event: tick\ndata: "1970-01-01T00:00:00.000Z"\n\n'],
  ])('sends %s with %j', async (event, data, options, text) => {
    const { stream, read } = setup()
    await read()
    expect(stream.emit(event, data, options)).toEqual({ error: undefined })
    expect(await read()).toBe(text)
  })

  test('closed: says that the stream has ended', () => {
    const { stream } = setup()
    stream.end()
    expect(stream.emit('tick', 1).error?.code).toBe('closed')
  })

  test.each<[string, string, unknown, { id?: string } | undefined]>([
    ['a line break in the name', 'a\nb', 1, undefined],
    ['NUL in the id', 'tick', 1, { id: 'a\0b' }],
    ['undefined', 'tick', undefined, undefined],
    ['a function', 'tick', () => {}, undefined],
    ['a symbol', 'tick', Symbol('x'), undefined],
    ['a bigint', 'tick', 1n, undefined],
  ])('bad-argument: %s, and the stream goes on', async (_, event, data, options) => {
    const { stream, read } = setup()
    await read()
    expect(stream.emit(event, data, options).error?.code).toBe('bad-argument')
    expect(stream.emit('tick', 2).error).toBeUndefined()
    expect(await read()).toBe('event: tick\ndata: 2\n\n')
  })

  test('what JSON.stringify threw is the cause', () => {
    const { stream } = setup()
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(stream.emit('tick', circle).error?.cause).toBeInstanceOf(TypeError)
  })

  test('slow: over the bound the stream ends, and says how much waits', async () => {
    const { stream, cleanUp, rest } = setup({ maxBuffered: 100 })
    expect(stream.emit('message', 'x'.repeat(100)).error).toBeUndefined()
    const { error } = stream.emit('message', 'never sent')
    expect(error?.code).toBe('slow')
    // The comment, and 'data: ' with two line breaks around what was sent
    expect(error?.message).toContain('left 111 bytes waiting')
    expect(stream.signal.aborted).toBe(true)
    expect(cleanUp).toHaveBeenCalledTimes(1)
    expect(stream.emit('message', 'x').error?.code).toBe('closed')
    expect(await rest()).not.toContain('never sent')
  })

  test('a reader that keeps up is never slow', async () => {
    const { stream, read } = setup({ maxBuffered: 100 })
    await read()
    for (let turn = 0; turn < 50; turn++) {
      expect(stream.emit('message', 'x'.repeat(100)).error).toBeUndefined()
      // oxlint-disable-next-line no-await-in-loop -- the reader keeps up
      expect(await read()).toHaveLength(108)
    }
  })

  test('the bound is a megabyte by default', () => {
    const { stream } = setup()
    const kilobyte = 'x'.repeat(1024 - 8)
    let sent = 0
    while (stream.emit('message', kilobyte).error === undefined) sent++
    expect(sent).toBe(1024)
  })
})

test.each(Array.from({ length: 50 }, (_, index) => index + 1))(
  'what was emitted is what an oracle reads of the bytes, however they are cut, and nothing else: seed %d',
  async (seed) => {
    const chance = createChance(seed)
    const emitted = chance.events(8)
    const response = openEventStream(({ emit, end }) => {
      for (const { event = 'message', data, id } of emitted) {
        // A line break in a name or an id is refused; here there is none.
        expect(emit(event, data, { id }).error).toBeUndefined()
        expect(emit(`${event}\r`, data).error?.code).toBe('bad-argument')
      }
      end()
    })
    const events: EventSourceMessage[] = []
    const errors: unknown[] = []
    const parser = createParser({
      onEvent: (event) => events.push(event),
      onError: (error) => errors.push(error),
    })
    const decoder = new TextDecoder('utf-8', { fatal: true })
    for (const chunk of chance.cut(new Uint8Array(await response.arrayBuffer()))) {
      parser.feed(decoder.decode(chunk, { stream: true }))
    }
    expect(events, `seed ${seed}`).toEqual(emitted.map(asRead))
    expect(errors, `seed ${seed}`).toEqual([])
  },
)

test('half of a surrogate pair, which UTF-8 cannot hold, comes as U+FFFD', async () => {
  const response = openEventStream(({ emit, end }) => {
    emit('message', 'a\ud800b')
    // In JSON it is escaped, and comes whole.
    emit('message', ['\ud800'])
    end()
  })
  expect(await response.text()).toBe(':\n\ndata: a\ufffdb\n\ndata: ["\\ud800"]\n\n')
})

describe('the heartbeat', () => {
  test('comes after a silence of 15 seconds by default', async () => {
    const { read } = setup()
    await read()
    const heartbeat = vi.fn<(text: string | undefined) => void>()
    void read().then(heartbeat)
    await vi.advanceTimersByTimeAsync(14_999)
    expect(heartbeat).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(heartbeat.mock.calls).toEqual([[':\n\n']])
  })

  test('comes again and again while nothing is said', async () => {
    const { read } = setup({ ping: 1000 })
    await read()
    for (let turn = 0; turn < 5; turn++) {
      const next = read()
      // oxlint-disable-next-line no-await-in-loop -- one silence after another
      await vi.advanceTimersByTimeAsync(1000)
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect(await next).toBe(':\n\n')
    }
  })

  test('does not come while events do', async () => {
    const { stream, rest } = setup({ ping: 1000 })
    for (let turn = 0; turn < 20; turn++) {
      // oxlint-disable-next-line no-await-in-loop -- one event after another
      await vi.advanceTimersByTimeAsync(400)
      stream.emit('message', 'x')
    }
    stream.end()
    expect(await rest()).toBe(`:\n\n${'data: x\n\n'.repeat(20)}`)
  })

  test('is not written for a reader that is over the bound', async () => {
    const { stream, rest } = setup({ ping: 1000, maxBuffered: 10 })
    stream.emit('message', 'x'.repeat(20))
    await vi.advanceTimersByTimeAsync(60_000)
    stream.end()
    expect(await rest()).toBe(`:\n\ndata: ${'x'.repeat(20)}\n\n`)
  })

  test('ends with the stream', () => {
    const { stream } = setup()
    expect(vi.getTimerCount()).toBe(2)
    stream.end()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the end', () => {
  const ways: [string, (made: Setup) => unknown][] = [
    ['end()', ({ stream }) => stream.end()],
    [
      'end() twice',
      ({ stream }) => {
        stream.end()
        stream.end()
      },
    ],
    ['the reader that goes', ({ cancel }) => cancel()],
    ['the server that stops', () => closeConnections()],
    [
      'a reader that is too slow',
      ({ stream }) => {
        while (stream.emit('message', 'x'.repeat(2 ** 18)).error === undefined);
      },
    ],
    ['its maxAge', () => vi.advanceTimersByTimeAsync(300_000)],
    [
      'end() and the reader that goes',
      async ({ stream, cancel }) => {
        stream.end()
        await cancel()
      },
    ],
    [
      'the reader that goes and then end()',
      async ({ stream, cancel }) => {
        await cancel()
        stream.end()
      },
    ],
    [
      'the server that stops, twice',
      () => {
        closeConnections()
        closeConnections()
      },
    ],
  ]

  test.each(ways)('by %s cleans up exactly once', async (_, finish) => {
    const stop = vi.fn<() => void>()
    const others = countConnections()
    const made = setup({ stop })
    expect(countConnections()).toBe(others + 1)
    const aborted = vi.fn<() => void>()
    made.stream.signal.addEventListener('abort', aborted)
    expect(made.stream.signal.aborted).toBe(false)
    await finish(made)
    await settled()
    expect(made.cleanUp).toHaveBeenCalledTimes(1)
    expect(stop).toHaveBeenCalledTimes(1)
    expect(aborted).toHaveBeenCalledTimes(1)
    expect(made.stream.signal.aborted).toBe(true)
    expect(countConnections()).toBe(others)
    // What waits for a slow one is kept for closeTimeout.
    await vi.advanceTimersByTimeAsync(30_000)
    expect(vi.getTimerCount()).toBe(0)
    expect(made.cleanUp).toHaveBeenCalledTimes(1)
    expect(made.stream.emit('tick', 1).error?.code).toBe('closed')
  })

  test('delivers what was emitted before it', async () => {
    const { stream, rest } = setup()
    stream.emit('message', 'last')
    stream.end()
    expect(await rest()).toBe(':\n\ndata: last\n\n')
  })

  test('an end inside of start closes the stream at once, and its clean-up still runs', async () => {
    const cleanUp = vi.fn<() => void>()
    const response = openEventStream(({ end }) => {
      end()
      return cleanUp
    })
    expect(await response.text()).toBe(':\n\n')
    expect(cleanUp).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a stream that has ended does not hear of the server that stops', () => {
    const { stream, cleanUp } = setup()
    stream.end()
    closeConnections()
    expect(cleanUp).toHaveBeenCalledTimes(1)
  })

  test('the clean-up runs in the context of the request that opened the stream', () => {
    const storage = new AsyncLocalStorage<string>()
    let seen: string | undefined
    let stream: EventStream | undefined
    storage.run('opening', () => {
      openEventStream((opened) => {
        stream = opened
        return () => (seen = storage.getStore())
      })
    })
    storage.run('another', () => stream!.end())
    expect(seen).toBe('opening')
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('a fault')
      },
    ],
    ['rejects', () => Promise.reject(new Error('a fault'))],
  ])('a clean-up that %s is reported, and the others still run', async (_, cleanUp) => {
    const log = quiet()
    const stop = vi.fn(cleanUp)
    const second = vi.fn<() => void>()
    let stream: EventStream | undefined
    openEventStream(
      (opened) => {
        stream = opened
        return second
      },
      { stop },
    )
    expect(() => stream!.end()).not.toThrow()
    await settled()
    expect(log.mock.calls).toEqual([['[kitrt] a fault in stream stop:', new Error('a fault')]])
    expect(second).toHaveBeenCalledTimes(1)
  })
})

test('a stream that opens while the server stops ends at once, and cleans up', async () => {
  closeConnections()
  const { cleanUp, rest } = setup()
  expect(await rest()).toBe(':\n\n')
  expect(cleanUp).toHaveBeenCalledTimes(1)
})

describe('start', () => {
  test('what it throws at once is thrown here, and the stream is over', () => {
    const stop = vi.fn<() => void>()
    let stream: EventStream | undefined
    expect(() =>
      openEventStream(
        (opened) => {
          stream = opened
          throw new Error('a fault')
        },
        { stop },
      ),
    ).toThrow('a fault')
    expect(stop).toHaveBeenCalledTimes(1)
    expect(stream?.signal.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
    closeConnections()
    expect(stop).toHaveBeenCalledTimes(1)
  })

  test('what it rejects with later is reported, and ends the stream', async () => {
    const log = quiet()
    const stop = vi.fn<() => void>()
    const response = open(
      async ({ emit }) => {
        emit('message', 'first')
        await Promise.resolve()
        throw new Error('a fault')
      },
      { stop },
    )
    await settled()
    expect(log.mock.calls).toEqual([['[kitrt] a fault in stream start:', new Error('a fault')]])
    expect(stop).toHaveBeenCalledTimes(1)
    expect(await (await response).text()).toBe(':\n\ndata: first\n\n')
  })

  test('the clean-up that it promises is called at the end', async () => {
    const cleanUp = vi.fn<() => void>()
    let stream: EventStream | undefined
    openEventStream((opened) => {
      stream = opened
      return Promise.resolve(cleanUp)
    })
    await settled()
    expect(cleanUp).not.toHaveBeenCalled()
    stream!.end()
    expect(cleanUp).toHaveBeenCalledTimes(1)
  })

  test('a clean-up that comes after the end is called at once, and once', async () => {
    const cleanUp = vi.fn<() => void>()
    let stream: EventStream | undefined
    openEventStream((opened) => {
      stream = opened
      return Promise.resolve(cleanUp)
    })
    stream!.end()
    expect(cleanUp).not.toHaveBeenCalled()
    await settled()
    stream!.end()
    expect(cleanUp).toHaveBeenCalledTimes(1)
  })

  test.each([[undefined], [null], ['no function'], [Promise.resolve('no function')]])(
    'a result of %o is no clean-up',
    async (result) => {
      const log = quiet()
      let stream: EventStream | undefined
      openEventStream((opened) => {
        stream = opened
        return result
      })
      await settled()
      stream!.end()
      expect(log).not.toHaveBeenCalled()
    },
  )
})

describe('options that are wrong', () => {
  test('a bad retry, ping or header leaves nothing open', () => {
    const start = vi.fn<() => void>()
    for (const options of [
      { retry: -1 },
      { ping: 0 },
      { ping: NaN },
      { headers: { 'bad name': 'x' } },
    ]) {
      expect(() => openEventStream(start, options)).toThrow()
    }
    expect(start).not.toHaveBeenCalled()
    expect(countConnections()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('ping: Infinity means no heartbeat', async () => {
  const { stream, rest } = setup({ ping: Infinity })
  await vi.advanceTimersByTimeAsync(10_000_000)
  stream.end()
  expect(await rest()).toBe(':\n\n')
})

test('after an event, the heartbeat waits for a whole silence', async () => {
  const { stream, rest } = setup({ ping: 1000 })
  await vi.advanceTimersByTimeAsync(900)
  stream.emit('message', 'x')
  await vi.advanceTimersByTimeAsync(900)
  stream.emit('message', 'y')
  await vi.advanceTimersByTimeAsync(1000)
  stream.end()
  expect(await rest()).toBe(':\n\ndata: x\n\ndata: y\n\n:\n\n')
})

test('a start that rejects with the reason of its own signal is no fault', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const response = openEventStream(
    ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  )
  await response.body?.cancel()
  await vi.advanceTimersByTimeAsync(0)
  expect(log).not.toHaveBeenCalled()
})

describe('an async start', () => {
  test('is answered by what it throws before its first event, and nothing is left', async () => {
    const stop = vi.fn<() => void>()
    const response = open(
      async () => {
        await Promise.resolve()
        throw new Error('401')
      },
      { stop },
    )
    await expect(response).rejects.toThrow('401')
    expect(stop).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
    expect(countConnections()).toBe(0)
  })

  test('begins its response with the first event', async () => {
    const begun = vi.fn<() => void>()
    const gate = Promise.withResolvers<void>()
    const response = open(async ({ emit, end }) => {
      await gate.promise
      emit('message', 'x')
      end()
    })
    void Promise.resolve(response).then(begun)
    await vi.advanceTimersByTimeAsync(999)
    expect(begun).not.toHaveBeenCalled()
    gate.resolve()
    await settled()
    expect(begun).toHaveBeenCalled()
    expect(await (await response).text()).toBe(':\n\ndata: x\n\n')
  })

  test('begins it after startTimeout in any case, and is reported later', async () => {
    const log = quiet()
    const gate = Promise.withResolvers<void>()
    const response = open(() => gate.promise, { startTimeout: 50 })
    await vi.advanceTimersByTimeAsync(50)
    const { body } = await response
    gate.reject(new Error('too late'))
    await settled()
    expect(log).toHaveBeenCalledWith('[kitrt] a fault in stream start:', new Error('too late'))
    expect(await new Response(body).text()).toBe(':\n\n')
  })
})

describe('maxAge', () => {
  test('ends the stream, up to a tenth earlier', async () => {
    const { stream, rest } = setup({ maxAge: 1000, ping: Infinity })
    await vi.advanceTimersByTimeAsync(899)
    expect(stream.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(101)
    expect(stream.signal.aborted).toBe(true)
    expect(await rest()).toBe(':\n\n')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is five minutes by default, and never with Infinity', async () => {
    const [one, other] = [setup(), setup({ maxAge: Infinity })]
    await vi.advanceTimersByTimeAsync(269_000)
    expect(one.stream.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(31_000)
    expect([one.stream.signal.aborted, other.stream.signal.aborted]).toEqual([true, false])
  })

  test.each([0, -1, NaN])('%s is none', (maxAge) => {
    expect(() => setup({ maxAge })).toThrow('maxAge expected ms over 0')
  })
})

describe('a slow reader', () => {
  const chunk = 'x'.repeat(2 ** 14)

  test('is waited for by drained()', async () => {
    const { stream, read } = setup({ ping: Infinity })
    const drained = vi.fn<(open: boolean) => void>()
    expect(await stream.drained()).toBe(true)
    for (let sent = 0; sent < 3; sent++) stream.emit('message', chunk)
    void stream.drained().then(drained)
    await settled()
    expect(drained).not.toHaveBeenCalled()
    for (let taken = 0; taken < 4; taken++) await read()
    await settled()
    expect(drained.mock.calls).toEqual([[true]])
  })

  test('whose stream ends is waited for no longer', async () => {
    const [left, ended] = [setup(), setup()]
    const waits = [left, ended].map(({ stream }) => {
      for (let sent = 0; sent < 3; sent++) stream.emit('message', chunk)
      return stream.drained()
    })
    await left.cancel()
    ended.stream.end()
    expect(await Promise.all(waits)).toEqual([false, false])
    expect(await ended.stream.drained()).toBe(false)
  })

  test('with overflow: drop loses what it cannot take, is told, and stays', async () => {
    const { stream, read } = setup({ maxBuffered: 2 ** 15, overflow: 'drop', ping: Infinity })
    const results = Array.from({ length: 8 }, () => stream.emit('message', chunk).error?.code)
    expect(results.filter((code) => code === undefined).length).toBeLessThan(5)
    expect(results.at(-1)).toBe('slow')
    expect(stream.signal.aborted).toBe(false)
    for (let taken = 0; taken < 3; taken++) await read()
    expect(stream.emit('message', 'again').error).toBeUndefined()
  })
})

describe('a stream that has ended before its reader took all of it', () => {
  const chunk = 'x'.repeat(1_000)
  const ended = (options: EventStreamOptions = {}): Setup => {
    const all = setup({ ping: Infinity, ...options })
    for (let sent = 0; sent < 40; sent++) all.stream.emit('message', chunk)
    all.stream.end()
    return all
  }

  test.each([
    [undefined, 30_000],
    [500, 500],
  ])('with closeTimeout %s fails after %i ms in which nothing is taken', async (given, ms) => {
    const { read } = ended({ closeTimeout: given })
    await read()
    await vi.advanceTimersByTimeAsync(ms - 1)
    await read()
    await vi.advanceTimersByTimeAsync(ms)
    await expect(read()).resolves.toContain('xxx')
    await vi.advanceTimersByTimeAsync(2 * ms)
    await expect(read()).rejects.toBe(
      `kitrt: A stream has ended whose reader took nothing for ${ms} ms.`,
    )
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is taken whole by one that is slow', async () => {
    const { read } = ended()
    let taken = ''
    for (let text = await read(); text !== undefined; text = await read()) {
      taken += text
      await vi.advanceTimersByTimeAsync(29_000)
    }
    expect(taken.split('data: ')).toHaveLength(41)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is forgotten when its reader leaves', async () => {
    const { cancel } = ended()
    await cancel()
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([0, -1, NaN])('needs a closeTimeout over 0, not %s', (closeTimeout) => {
    expect(() => setup({ closeTimeout })).toThrow('closeTimeout expected ms over 0')
  })
})

test('position tells where the client is, by an event without data', async () => {
  const { stream, rest } = setup({ ping: Infinity })
  stream.position('7')
  expect(() => stream.position('a\nb')).toThrow('id expected text')
  stream.end()
  stream.position('8')
  expect(await rest()).toBe(':\n\nid: 7\nevent: position\ndata: \n\n')
})

test('serialize makes text of data that is none', async () => {
  const { stream, rest } = setup({ ping: Infinity, serialize: (data) => `<${String(data)}>` })
  stream.emit('message', 1)
  stream.emit('message', 'text')
  stream.end()
  expect(await rest()).toBe(':\n\ndata: <1>\n\ndata: text\n\n')
})

test('what serialize makes forges nothing', async () => {
  const { stream, rest } = setup({ ping: Infinity, serialize: () => 'a\rid: 666\r\n\r\nevent: b' })
  stream.emit('message', {})
  stream.end()
  expect(await rest()).toBe(':\n\ndata: a\ndata: id: 666\ndata: \ndata: event: b\n\n')
})
