import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { settled, setup } from './fake-browser.ts'
import type { Message } from './fake-browser.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the address', () => {
  test.each([
    ['/chat', 'wss://example.com/chat'],
    ['red', 'wss://example.com/rooms/red'],
    ['?room=1', 'wss://example.com/rooms/blue?room=1'],
    ['http://other.example/chat', 'ws://other.example/chat'],
    ['https://other.example/chat', 'wss://other.example/chat'],
    ['ws://other.example/chat', 'ws://other.example/chat'],
    ['wss://other.example/chat', 'wss://other.example/chat'],
    [new URL('http://localhost:5173/http'), 'ws://localhost:5173/http'],
  ])('%s is %s', (url, address) => {
    const { socket, last } = setup({}, { url })
    socket.connect()
    expect(last().url).toBe(address)
  })

  test('the subprotocols are offered, and bytes come as ArrayBuffers', () => {
    const { socket, last } = setup({ protocols: ['chat.v1', 'chat.v2'] })
    socket.connect()
    expect(last().protocols).toEqual(['chat.v1', 'chat.v2'])
    expect(last().binaryType).toBe('arraybuffer')
  })
})

describe('readers', () => {
  test('making a socket, and reading its status, connects nothing', () => {
    const { socket, made, effect } = setup()
    effect(() => void socket.status)
    expect(socket.status).toBe('idle')
    expect(made).toHaveLength(0)
  })

  test('the first one connects, the last one closes', async () => {
    const { socket, made, last, effect } = setup()
    const leaveStore = socket.subscribe(() => {})
    const leaveEffect = effect(() => void socket.current)
    expect(made).toHaveLength(1)
    last().opens()
    leaveStore()
    expect(last().close).not.toHaveBeenCalled()
    expect(socket.status).toBe('open')
    leaveEffect()
    await settled()
    expect(last().close).toHaveBeenCalledExactlyOnceWith(1000, '')
    expect(socket.status).toBe('idle')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('one that comes later connects again', async () => {
    const { socket, made } = setup()
    socket.subscribe(() => {})()
    await settled()
    socket.subscribe(() => {})
    expect(made).toHaveLength(2)
    expect(socket.status).toBe('connecting')
  })

  test('that make way for each other keep the connection, and its status', async () => {
    const { socket, made, effect } = setup()
    const statuses: string[] = []
    effect(() => statuses.push(socket.status))
    for (let page = 0; page < 3; page++) {
      const leave = socket.subscribe(() => {})
      made[0]!.opens()
      await settled()
      leave()
    }
    socket.subscribe(() => {})
    await settled()
    expect(made).toHaveLength(1)
    expect(statuses).toEqual(['idle', 'connecting', 'open'])
  })

  test('of the messages are not told of the status, and the other way round', () => {
    const { socket, made, effect } = setup()
    const messages: Message[] = []
    const statuses: string[] = []
    effect(() => messages.push(socket.current))
    effect(() => statuses.push(socket.status))
    made[0]!.opens()
    made[0]!.closes(1012)
    vi.advanceTimersByTime(500)
    made[1]!.opens()
    expect(messages).toEqual([undefined])
    made[1]!.says('a')
    made[1]!.says('b')
    expect(messages).toEqual([undefined, 'a', 'b'])
    expect(statuses).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open'])
  })

  test('are given what arrives in the same turn as the opening, or before it was told', () => {
    const { socket, last } = setup()
    const seen: Message[] = []
    socket.subscribe((message) => seen.push(message))
    last().readyState = 1
    last().says('before')
    last().opens()
    last().says('after')
    expect(seen).toEqual([undefined, 'before', 'after'])
  })

  test('of two sockets to one address have two connections', () => {
    const one = setup()
    const other = setup()
    one.socket.subscribe(() => {})
    other.socket.subscribe(() => {})
    expect(one.last()).not.toBe(other.last())
    one.last().opens()
    one.last().says('x')
    expect(other.socket.current).toBeUndefined()
  })

  test('leaving twice does not close the socket of another', () => {
    const { socket, last } = setup()
    const leave = socket.subscribe(() => {})
    socket.subscribe(() => {})
    leave()
    leave()
    expect(last().close).not.toHaveBeenCalled()
  })

  test('are given every message, one by one, with none left out', () => {
    const { socket, last } = setup()
    const seen: Message[] = []
    socket.subscribe((message) => seen.push(message))
    last().opens()
    const bytes = new ArrayBuffer(2)
    for (const data of ['a', 'a', bytes, '']) last().says(data)
    expect(seen).toEqual([undefined, 'a', 'a', bytes, ''])
    expect(socket.current).toBe('')
  })

  test('are given the messages of the next connection too', () => {
    const { socket, made } = setup()
    const seen: Message[] = []
    socket.subscribe((message) => seen.push(message))
    made[0]!.opens()
    made[0]!.says('first')
    made[0]!.closes(1012)
    vi.advanceTimersByTime(500)
    made[1]!.opens()
    made[1]!.says('second')
    expect(seen).toEqual([undefined, 'first', 'second'])
  })

  test('are not given what a socket says after it was let go', () => {
    const { socket, last } = setup()
    const seen: Message[] = []
    socket.subscribe((message) => seen.push(message))
    last().opens()
    socket.close()
    last().says('late')
    expect(seen).toEqual([undefined])
    expect(socket.current).toBeUndefined()
  })

  test('of the status are told each change', () => {
    const { socket, last, effect } = setup()
    const seen: string[] = []
    effect(() => seen.push(socket.status))
    socket.subscribe(() => {})
    last().opens()
    last().closes(1006)
    expect(seen).toEqual(['idle', 'connecting', 'open', 'waiting'])
  })
})

describe('send', () => {
  test('sent: at once while open', () => {
    const { socket, last } = setup()
    socket.connect()
    last().opens()
    const bytes = new Uint8Array([1])
    expect(socket.send('hello')).toBe('sent')
    expect(socket.send(bytes)).toBe('sent')
    expect(last().sent).toEqual(['hello', bytes])
  })

  test('queued: goes out in order when the connection opens, before anything that follows', () => {
    const { socket, last } = setup()
    socket.connect()
    expect(socket.send('one')).toBe('queued')
    expect(socket.send('two')).toBe('queued')
    expect(last().sent).toEqual([])
    last().opens()
    socket.send('three')
    expect(last().sent).toEqual(['one', 'two', 'three'])
  })

  test('what is sent when the status says open goes behind what waited', () => {
    const { socket, last, effect } = setup()
    effect(() => {
      if (socket.status === 'open') socket.send('second')
    })
    socket.connect()
    socket.send('first')
    last().opens()
    expect(last().sent).toEqual(['first', 'second'])
  })

  test('what was queued goes out once', () => {
    const { socket, made } = setup()
    socket.connect()
    socket.send('one')
    made[0]!.opens()
    made[0]!.closes(1012)
    vi.advanceTimersByTime(500)
    made[1]!.opens()
    expect(made[1]!.sent).toEqual([])
  })

  test('waits for a connection that comes back', () => {
    const { socket, made } = setup()
    socket.connect()
    made[0]!.opens()
    made[0]!.closes(1012)
    expect(socket.send('while waiting')).toBe('queued')
    vi.advanceTimersByTime(500)
    made[1]!.opens()
    expect(made[1]!.sent).toEqual(['while waiting'])
  })

  test('waits for the network', () => {
    const { socket, made, page } = setup()
    socket.connect()
    page.goes('offline')
    expect(socket.status).toBe('offline')
    expect(socket.send('while offline')).toBe('queued')
    page.goes('online')
    made[1]!.opens()
    expect(made[1]!.sent).toEqual(['while offline'])
  })

  test('full: the queue holds no more than maxQueue', () => {
    const { socket, last } = setup({ maxQueue: 2 })
    socket.connect()
    const results = ['a', 'b', 'c'].map((data) => socket.send(data))
    expect(results).toEqual(['queued', 'queued', 'full'])
    last().opens()
    expect(last().sent).toEqual(['a', 'b'])
  })

  test('a hundred may wait by default', () => {
    const { socket } = setup()
    socket.connect()
    const results = Array.from({ length: 101 }, () => socket.send('x'))
    expect(results.filter((result) => result === 'queued')).toHaveLength(100)
    expect(results.at(-1)).toBe('full')
  })

  test('none may wait when maxQueue is 0', () => {
    const { socket, last } = setup({ maxQueue: 0 })
    socket.connect()
    expect(socket.send('x')).toBe('full')
    last().opens()
    expect(socket.send('x')).toBe('sent')
  })

  test.each([
    ['text', 'xxxx'],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a view', new Uint16Array(2)],
    ['a Blob', new Blob(['xxxx'])],
  ])('full: %s counts its bytes, and more than maxBuffered do not wait', (_name, data) => {
    const { socket } = setup({ maxBuffered: 7 })
    socket.connect()
    expect([1, 2, 3].map(() => socket.send(data))).toEqual(['queued', 'queued', 'full'])
  })

  test('full: what has gone out counts no more', () => {
    const { socket, made } = setup({ maxBuffered: 3, maxQueue: 2 })
    socket.connect()
    expect(socket.send('xxxx')).toBe('queued')
    expect(socket.send('x')).toBe('full')
    made[0]!.opens()
    made[0]!.closes(1012)
    expect(socket.send('x')).toBe('queued')
    expect(socket.send('x')).toBe('queued')
  })

  test('full: the network takes no more, until it does', () => {
    const { socket, last } = setup({ maxBuffered: 1000 })
    socket.connect()
    last().opens()
    last().bufferedAmount = 1001
    expect(socket.send('x')).toBe('full')
    last().bufferedAmount = 1000
    expect(socket.send('y')).toBe('sent')
    expect(last().sent).toEqual(['y'])
  })

  test('bytes that are changed while they wait are sent as they were', async () => {
    const { socket, last } = setup()
    socket.connect()
    const bytes = new Uint8Array([0, 1, 2, 3])
    socket.send(bytes.subarray(1, 3))
    socket.send(bytes.buffer)
    socket.send(new Blob([bytes]))
    bytes.fill(9)
    last().opens()
    const [part, all, blob] = last().sent as [ArrayBuffer, ArrayBuffer, Blob]
    expect([...new Uint8Array(part)]).toEqual([1, 2])
    expect([...new Uint8Array(all)]).toEqual([0, 1, 2, 3])
    expect(blob.size).toBe(4)
  })

  test('closed: nothing is on its way', async () => {
    const { socket, last, fetch } = setup()
    expect(socket.send('idle')).toBe('closed')
    socket.connect()
    socket.close()
    expect(socket.send('closed')).toBe('closed')
    fetch.mockResolvedValue(new Response(null, { status: 401 }))
    socket.connect()
    last().closes(1006)
    await settled()
    expect(socket.status).toBe('refused')
    expect(socket.send('refused')).toBe('closed')
  })

  test('what is sent while the server closes waits for the next connection', () => {
    const { socket, made } = setup()
    socket.connect()
    made[0]!.opens()
    made[0]!.readyState = 2
    expect(socket.send('x')).toBe('queued')
    expect(made[0]!.sent).toEqual([])
    made[0]!.closes(1012)
    vi.advanceTimersByTime(500)
    made[1]!.opens()
    expect(made[1]!.sent).toEqual(['x'])
  })

  test.each([undefined, null, 1, {}, true])('%j, which is no message, is refused', (value) => {
    const { socket, last } = setup()
    socket.connect()
    const fault = expect.objectContaining({
      code: 'bad-argument',
      message: `send() expected text or bytes, got ${typeof value}`,
    })
    expect(() => socket.send(value as never)).toThrow(fault)
    last().opens()
    expect(() => socket.send(value as never)).toThrow(fault)
    expect(last().sent).toEqual([])
  })

  test('any view of bytes is a message', () => {
    const { socket, last } = setup()
    socket.connect()
    last().opens()
    const views = [new DataView(new ArrayBuffer(1)), new Float64Array(1), new Uint8Array(0)]
    for (const view of views) expect(socket.send(view)).toBe('sent')
    expect(last().sent).toEqual(views)
  })

  test("the heartbeat's own text is refused, with the reason", () => {
    const { socket, last } = setup()
    socket.connect()
    const fault = expect.objectContaining({ name: 'KitrtError', code: 'bad-argument' })
    expect(() => socket.send('\0')).toThrow(fault)
    last().opens()
    expect(() => socket.send('\0')).toThrow('heartbeat')
    expect(socket.send('\0\0')).toBe('sent')
    expect(last().sent).toEqual(['\0\0'])
  })
})

describe('what was queued when nothing is left to wait for', () => {
  const lost = vi.fn<(messages: unknown[]) => void>()
  beforeEach(() => {
    lost.mockReset()
  })

  test.each([
    ['close()', ({ socket }) => socket.close()],
    ['the server closes for good', ({ last }) => last().closes(1000)],
    ['the last reader leaves', ({ leave }) => leave()],
    ['the page goes for good', ({ page }) => page.hides(false)],
  ] satisfies [string, (made: ReturnType<typeof setup> & { leave: () => void }) => void][])(
    '%s: onLost is given it, once and in order',
    async (_name, happen) => {
      const made = setup({ onLost: lost })
      const leave = made.socket.subscribe(() => {})
      made.last().opens()
      made.last().readyState = 2
      for (const data of ['a', new Uint8Array([1]), new Blob(['c'])]) {
        expect(made.socket.send(data)).toBe('queued')
      }
      happen({ ...made, leave })
      await settled()
      const [text, bytes, blob] = lost.mock.calls[0]![0] as [string, ArrayBuffer, Blob]
      expect([text, [...new Uint8Array(bytes)], await blob.text()]).toEqual(['a', [1], 'c'])
      made.socket.close()
      expect(lost).toHaveBeenCalledTimes(1)
    },
  )

  test('a refusal: onLost is given it when the status is told already', async () => {
    const { socket, last, fetch } = setup({
      onLost(messages) {
        lost(messages)
        expect(socket.status).toBe('refused')
      },
    })
    fetch.mockResolvedValue(new Response(null, { status: 403 }))
    socket.connect()
    socket.send('x')
    last().closes(1006)
    await settled()
    expect(lost.mock.calls).toEqual([[['x']]])
  })

  test('may be sent again from onLost', async () => {
    const { socket, made } = setup({
      onLost(messages) {
        socket.connect()
        for (const message of messages) socket.send(message)
      },
    })
    socket.connect()
    socket.send('x')
    socket.close()
    made[1]!.opens()
    expect(made[1]!.sent).toEqual(['x'])
  })

  test('waits on in a page that may come back', () => {
    const { socket, made, page } = setup({ onLost: lost })
    socket.connect()
    socket.send('x')
    page.hides(true)
    page.shows()
    made[1]!.opens()
    expect(made[1]!.sent).toEqual(['x'])
    expect(lost).not.toHaveBeenCalled()
  })

  test('without onLost, its number is told to onError', () => {
    const onError = vi.fn<(error: unknown, context: { stage: string }) => void>()
    const { socket } = setup({ onError })
    socket.connect()
    socket.send('a')
    socket.send('b')
    socket.close()
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'closed', message: expect.stringContaining('2') }),
      { stage: 'the end of a socket' },
    )
  })

  test('nothing: nothing is told, and nobody listens to the page for it', () => {
    const onError = vi.fn<() => void>()
    const { socket, last, page } = setup({ onLost: lost, onError })
    const added = vi.spyOn(page, 'addEventListener')
    const removed = vi.spyOn(page, 'removeEventListener')
    socket.connect()
    added.mockClear()
    socket.send('x')
    last().opens()
    const [type, listener] = added.mock.calls[0]!
    expect(type).toBe('pagehide')
    expect(removed).toHaveBeenCalledWith('pagehide', listener)
    page.hides(false)
    socket.close()
    expect(lost).not.toHaveBeenCalled()
    expect(onError).not.toHaveBeenCalled()
  })

  test('is not sent later', () => {
    const { socket, last } = setup({ onLost: lost })
    socket.connect()
    socket.send('old')
    socket.close()
    socket.connect()
    last().opens()
    expect(last().sent).toEqual([])
  })
})

describe('a connection that was open and ends', () => {
  test.each([1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3008, 3999, 4100])(
    'with %d comes back',
    (code) => {
      const { socket, made, fetch } = setup()
      socket.connect()
      made[0]!.opens()
      made[0]!.closes(code)
      expect(socket.status).toBe('waiting')
      vi.advanceTimersByTime(500)
      expect(made).toHaveLength(2)
      expect(fetch).not.toHaveBeenCalled()
    },
  )

  test.each([
    [1000, 'closed'],
    [1002, 'refused'],
    [1003, 'refused'],
    [1007, 'refused'],
    [1008, 'refused'],
    [1009, 'refused'],
    [1010, 'refused'],
    [3000, 'refused'],
    [3003, 'refused'],
    [4000, 'refused'],
    [4099, 'refused'],
  ] as const)('with %d is %s', (code, status) => {
    const { socket, made, last } = setup()
    socket.connect()
    last().opens()
    last().closes(code)
    expect(socket.status).toBe(status)
    vi.advanceTimersByTime(3_600_000)
    expect(made).toHaveLength(1)
  })

  test('stays away as long as a server that stops asks, and goes on with what was queued', () => {
    const { socket, made, last } = setup()
    socket.connect()
    last().opens()
    last().closes(1012, 'service restart; retry-after=12.345')
    expect(socket.send('waits')).toBe('queued')
    vi.advanceTimersByTime(12_344)
    expect(made).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(made).toHaveLength(2)
    last().opens()
    expect(last().sent).toEqual(['waits'])
  })

  test('stays refused for whoever goes on reading, and is tried again for who comes anew', async () => {
    const { socket, made, last } = setup()
    const leave = socket.subscribe(() => {})
    last().opens()
    last().closes(1008)
    socket.subscribe(() => {})()
    expect(made).toHaveLength(1)
    leave()
    await settled()
    expect(socket.status).toBe('refused')
    socket.subscribe(() => {})
    expect(made).toHaveLength(2)
  })
})

describe('ending', () => {
  test('is nothing before the first, and while one is open', () => {
    const { socket, last } = setup()
    expect(socket.ending).toBeUndefined()
    socket.connect()
    expect(socket.ending).toBeUndefined()
    last().opens()
    expect(socket.ending).toBeUndefined()
  })

  test('is the code and the reason of a close, until the next connection', () => {
    const { socket, made } = setup()
    socket.connect()
    made[0]!.opens()
    made[0]!.closes(1012, 'service restart')
    const ending = { code: 1012, reason: 'service restart', status: undefined }
    expect(socket.ending).toEqual(ending)
    vi.advanceTimersByTime(500)
    expect(socket.status).toBe('connecting')
    expect(socket.ending).toEqual(ending)
    made[1]!.opens()
    expect(socket.ending).toBeUndefined()
  })

  test.each([401, 503])('is %d when the route said so of the handshake', async (status) => {
    const { socket, last, fetch } = setup()
    fetch.mockResolvedValue(new Response(null, { status }))
    socket.connect()
    last().closes(1006)
    await settled()
    expect(socket.ending).toEqual({ code: 1006, reason: '', status })
  })

  test('is told together with the status', () => {
    const { socket, made, effect } = setup()
    const seen: unknown[] = []
    effect(() => seen.push([socket.status, socket.ending?.code]))
    socket.connect()
    made[0]!.opens()
    made[0]!.closes(1012)
    vi.advanceTimersByTime(500)
    made[1]!.opens()
    made[1]!.closes(1008)
    expect(seen).toEqual([
      ['idle', undefined],
      ['connecting', undefined],
      ['open', undefined],
      ['waiting', 1012],
      ['connecting', 1012],
      ['open', undefined],
      ['refused', 1008],
    ])
  })

  test('of an attempt that took too long is 1006', () => {
    const { socket } = setup({ connectTimeout: 3_000 })
    socket.connect()
    vi.advanceTimersByTime(3_000)
    expect(socket.status).toBe('waiting')
    expect(socket.ending).toEqual({ code: 1006, reason: '', status: undefined })
  })

  test('is what close said, told at once', () => {
    const { socket, last, effect } = setup()
    const seen: string[] = []
    socket.connect()
    effect(() => seen.push(socket.status))
    last().opens()
    socket.close(3456, 'done')
    expect(last().close.mock.calls[0]).toEqual([3456, 'done'])
    expect(socket.ending).toEqual({ code: 3456, reason: 'done', status: undefined })
    expect(seen).toEqual(['connecting', 'open', 'closed'])
  })
})

describe('a connection that does not open', () => {
  test('asks by a GET why', async () => {
    const { socket, last, fetch } = setup()
    socket.connect()
    last().closes(1006)
    await settled()
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(String(fetch.mock.calls[0]![0])).toBe('https://example.com/chat')
  })

  test.each([401, 403, 404])('is refused on %d, until connect', async (status) => {
    const { socket, made, last, fetch } = setup()
    fetch.mockResolvedValue(new Response(null, { status }))
    socket.connect()
    last().closes(1006)
    await settled()
    expect(socket.status).toBe('refused')
    vi.advanceTimersByTime(3_600_000)
    expect(made).toHaveLength(1)
    socket.connect()
    expect(made).toHaveLength(2)
  })

  test('tries again later on 426, which is what a socket route answers', async () => {
    const { socket, made, last } = setup()
    socket.connect()
    last().closes(1006)
    await settled()
    expect(socket.status).toBe('waiting')
    vi.advanceTimersByTime(500)
    expect(made).toHaveLength(2)
  })

  test('waits as long as 503 asks', async () => {
    const { socket, made, last, fetch } = setup()
    fetch.mockResolvedValue(new Response(null, { status: 503, headers: { 'retry-after': '60' } }))
    socket.connect()
    last().closes(1006)
    await settled()
    vi.advanceTimersByTime(59_999)
    expect(made).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(made).toHaveLength(2)
  })

  test('means later whatever the code, and asks nothing, with askWhy: false', async () => {
    const { socket, made, last, fetch } = setup({ askWhy: false })
    socket.connect()
    last().closes(1006)
    expect(socket.status).toBe('waiting')
    vi.advanceTimersByTime(500)
    expect(made).toHaveLength(2)
    expect(fetch).not.toHaveBeenCalled()
  })

  test('ends its question when it is let go, or has its answer', async () => {
    const { socket, made, last, fetch } = setup()
    fetch.mockReturnValueOnce(new Promise(() => {}))
    socket.connect()
    last().closes(1006)
    const first = fetch.mock.calls[0]![1]!.signal!
    expect(first.aborted).toBe(false)
    socket.close()
    expect(first.aborted).toBe(true)
    socket.connect()
    made[1]!.closes(1006)
    await settled()
    expect(fetch.mock.calls[1]![1]!.signal!.aborted).toBe(true)
  })

  test('waits for the answer to its question no longer than for a connection', async () => {
    const { socket, made, last, fetch } = setup({ connectTimeout: 2_000 })
    fetch.mockReturnValue(new Promise(() => {}))
    socket.connect()
    last().closes(1006)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(socket.status).toBe('waiting')
    await vi.advanceTimersByTimeAsync(500)
    expect(made).toHaveLength(2)
  })

  test('asks nothing when it was let go', async () => {
    const { socket, last, fetch } = setup()
    const leave = socket.subscribe(() => {})
    leave()
    await settled()
    last().closes(1006)
    await settled()
    expect(fetch).not.toHaveBeenCalled()
    expect(socket.status).toBe('idle')
  })

  test('an answer that comes after close() changes nothing', async () => {
    const { socket, last, fetch } = setup()
    fetch.mockResolvedValue(new Response(null, { status: 401 }))
    socket.connect()
    last().closes(1006)
    socket.close()
    await settled()
    expect(socket.status).toBe('closed')
  })

  test('a socket that opens after it was given up is not used', () => {
    const { socket, made } = setup()
    socket.connect()
    vi.advanceTimersByTime(15_000)
    expect(made[0]!.close).toHaveBeenCalledTimes(1)
    made[0]!.opens()
    expect(socket.status).toBe('waiting')
    expect(socket.send('x')).toBe('queued')
    expect(made[0]!.sent).toEqual([])
  })
})

describe('close', () => {
  test('ends the connection whoever still reads, and twice does nothing', () => {
    const { socket, last } = setup()
    socket.subscribe(() => {})
    last().opens()
    socket.close()
    expect(last().close).toHaveBeenCalled()
    expect(last().readyState).toBe(2)
    const before = last().close.mock.calls.length
    socket.close()
    expect(socket.status).toBe('closed')
    expect(socket.ending).toEqual({ code: 1000, reason: '', status: undefined })
    // A browser's socket takes a second close for none.
    expect(last().close.mock.calls.slice(before)).toEqual([[1000, '']])
  })

  test('with a code that a browser does not take throws, and the connection stays', () => {
    const { socket, last } = setup()
    socket.connect()
    last().opens()
    last().close.mockImplementation(() => {
      throw new DOMException('no such code', 'InvalidAccessError')
    })
    expect(() => socket.close(1001)).toThrow('no such code')
    expect(socket.status).toBe('open')
    last().says('x')
    expect(socket.current).toBe('x')
  })

  test('holds for readers that come later, until connect', () => {
    const { socket, made, last } = setup()
    const leave = socket.subscribe(() => {})
    socket.close()
    leave()
    const seen: Message[] = []
    socket.subscribe((message) => seen.push(message))
    expect(made).toHaveLength(1)
    expect(socket.status).toBe('closed')
    socket.connect()
    expect(made).toHaveLength(2)
    last().opens()
    last().says('again')
    expect(seen).toEqual([undefined, 'again'])
  })

  test('before anything was open holds too', () => {
    const { socket, made } = setup()
    socket.close()
    socket.subscribe(() => {})
    expect(made).toHaveLength(0)
  })

  test('connect twice is one connection', () => {
    const { socket, made } = setup()
    socket.connect()
    socket.connect()
    expect(made).toHaveLength(1)
  })
})

describe('on the server', () => {
  const server = { live: false, page: undefined, href: undefined }

  test('current and status are initial, and readers connect nothing', () => {
    const { socket, made, effect } = setup({}, server)
    const seen: Message[] = []
    const leave = socket.subscribe((message) => seen.push(message))
    effect(() => seen.push(socket.current))
    effect(() => void socket.status)
    leave()
    expect(seen).toEqual([undefined, undefined])
    expect(socket.status).toBe('idle')
    expect(made).toHaveLength(0)
  })

  test('send says closed', () => {
    const { socket } = setup({}, server)
    socket.subscribe(() => {})
    expect(socket.send('x')).toBe('closed')
  })
})

describe('what it does not do', () => {
  test('on the server, connect connects nothing', () => {
    const { socket, made } = setup({}, { live: false })
    socket.connect()
    expect(made).toEqual([])
    expect(socket.status).toBe('idle')
  })

  test('an address that is none is refused at once', () => {
    expect(() => setup({}, { url: 'http://[' })).toThrow("expected a URL, got 'http://['")
  })
})
