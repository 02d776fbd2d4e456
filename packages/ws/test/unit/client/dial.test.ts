import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { settled, setup } from './fake-browser.ts'
import type { Message } from './fake-browser.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('protocols as a function', () => {
  test('are asked for anew by each attempt', async () => {
    let token = 0
    const { socket, made } = setup({ protocols: () => ['chat', `token-${++token}`] })
    socket.connect()
    await settled()
    expect(made[0]!.protocols).toEqual(['chat', 'token-1'])
    made[0]!.opens()
    made[0]!.closes(1012)
    await vi.advanceTimersByTimeAsync(500)
    expect(made[1]!.protocols).toEqual(['chat', 'token-2'])
  })

  test('may be async: the attempt waits for them, and they for nobody who has left', async () => {
    const asked = Promise.withResolvers<string[]>()
    const { socket, made } = setup({ protocols: () => asked.promise })
    socket.connect()
    await settled()
    expect(socket.status).toBe('connecting')
    expect(made).toHaveLength(0)
    socket.close()
    asked.resolve(['late'])
    await settled()
    expect(made).toHaveLength(0)
    expect(socket.status).toBe('closed')
  })

  const fault = new Error('no token')
  test.each([
    [
      'that throw',
      () => {
        throw fault
      },
    ],
    ['that reject', () => Promise.reject(fault)],
  ])('%s are told, and the next attempt comes by backoff', async (_name, protocols) => {
    const onError = vi.fn<(error: unknown, context: { stage: string }) => void>()
    const { socket, made, last } = setup({ protocols, onError })
    socket.connect()
    for (const [times, wait] of [500, 1_000, 2_000].entries()) {
      await settled()
      expect(onError).toHaveBeenCalledTimes(times + 1)
      expect(socket.status).toBe('waiting')
      expect(socket.ending?.code).toBe(1006)
      await vi.advanceTimersByTimeAsync(wait)
    }
    expect(onError).toHaveBeenLastCalledWith(fault, { stage: 'the protocols of a socket' })
    expect(made).toHaveLength(0)
    expect(last()).toBeUndefined()
  })

  test('that never come are waited for no longer than for a connection', async () => {
    const { socket } = setup({ protocols: () => new Promise(() => {}), connectTimeout: 2_000 })
    socket.connect()
    await vi.advanceTimersByTimeAsync(1_999)
    expect(socket.status).toBe('connecting')
    await vi.advanceTimersByTimeAsync(1)
    expect(socket.status).toBe('waiting')
  })

  test('that the browser does not take are told, and asked for again later', async () => {
    const onError = vi.fn<() => void>()
    const rejecting = vi.fn<() => void>(function () {
      throw new DOMException('no such subprotocol', 'SyntaxError')
    })
    const { socket } = setup(
      { protocols: () => ['a b'], onError },
      { WebSocket: rejecting as never },
    )
    socket.connect()
    await settled()
    expect(onError).toHaveBeenCalledTimes(1)
    expect(socket.status).toBe('waiting')
  })
})

describe('the heartbeat', () => {
  test('is sent after 30 s of silence, and 10 s later the connection is given up and made anew', () => {
    const { socket, made, last } = setup()
    socket.connect()
    last().opens()
    vi.advanceTimersByTime(30_000)
    expect(last().sent).toEqual(['\0'])
    vi.advanceTimersByTime(10_000)
    expect(last().close.mock.calls[0]).toEqual([3008, 'no answer'])
    expect(socket.status).toBe('waiting')
    expect(socket.ending).toEqual({ code: 3008, reason: 'no answer', status: undefined })
    vi.advanceTimersByTime(500)
    expect(made).toHaveLength(2)
    expect(socket.status).toBe('connecting')
  })

  test('reaches no reader', () => {
    const { socket, last } = setup()
    const seen: Message[] = []
    socket.subscribe((message) => seen.push(message))
    last().opens()
    for (const data of ['\0', 'a', '\0']) last().says(data)
    expect(seen).toEqual([undefined, 'a'])
  })

  test.each(['\0', 'a message', ''])('%j is an answer', (data) => {
    const { socket, last } = setup()
    socket.connect()
    last().opens()
    vi.advanceTimersByTime(30_000)
    last().says(data)
    vi.advanceTimersByTime(29_999)
    expect(socket.status).toBe('open')
    expect(last().sent).toEqual(['\0'])
  })

  test('of a socket that nobody reads any more is not sent', async () => {
    const { socket, last } = setup()
    const leave = socket.subscribe(() => {})
    last().opens()
    leave()
    await settled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is never sent with liveness: Infinity, whatever the page does', () => {
    const { socket, last, page } = setup({ liveness: Infinity })
    socket.connect()
    last().opens()
    page.turns(true)
    page.turns(false)
    page.goes('online')
    vi.advanceTimersByTime(24 * 3_600_000)
    expect(last().sent).toEqual([])
    expect(socket.status).toBe('open')
  })
})

describe('a page that wakes', () => {
  test.each([
    ['becomes visible', (page) => page.turns(false)],
    ['hears of a network, in the back too', (page) => page.goes('online')],
  ] satisfies [string, (page: ReturnType<typeof setup>['page']) => void][])(
    '%s: it asks at once, and a dead connection is made anew after 5 s',
    (_name, wakes) => {
      const { socket, made, last, page } = setup()
      socket.connect()
      last().opens()
      page.turns(true)
      expect(last().sent).toEqual([])
      wakes(page)
      expect(last().sent).toEqual(['\0'])
      vi.advanceTimersByTime(4_999)
      expect(socket.status).toBe('open')
      vi.advanceTimersByTime(1)
      expect(socket.status).toBe('waiting')
      vi.advanceTimersByTime(500)
      expect(made).toHaveLength(2)
    },
  )

  test('and whose connection answers keeps it', () => {
    const { socket, last, page, made } = setup()
    socket.connect()
    last().opens()
    page.turns(true)
    page.turns(false)
    last().says('\0')
    vi.advanceTimersByTime(20_000)
    expect(socket.status).toBe('open')
    expect(made).toHaveLength(1)
  })

  test('asks nothing of a connection that is gone or not there yet', () => {
    const { socket, made, page } = setup()
    socket.connect()
    page.turns(false)
    made[0]!.opens()
    made[0]!.closes(1012)
    page.turns(false)
    page.goes('online')
    expect(made.map(({ sent }) => sent)).toEqual([[], []])
  })
})

describe('a page that is left', () => {
  test('closes its connection, so that the browser may keep the page', () => {
    const { socket, last, page } = setup()
    socket.connect()
    last().opens()
    page.hides(true)
    expect(last().close).toHaveBeenCalledExactlyOnceWith(1000, '')
    expect(socket.status).toBe('offline')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('and comes back has a connection again, for the same readers', () => {
    const { socket, made, page } = setup()
    const seen: Message[] = []
    socket.subscribe((message) => seen.push(message))
    made[0]!.opens()
    made[0]!.says('before')
    page.hides(true)
    page.shows()
    expect(made).toHaveLength(2)
    made[1]!.opens()
    made[1]!.says('after')
    expect(seen).toEqual([undefined, 'before', 'after'])
  })

  test('without a reader connects nothing when it comes back', async () => {
    const { socket, made, page } = setup()
    socket.subscribe(() => {})()
    await settled()
    page.hides(true)
    page.shows()
    expect(made).toHaveLength(1)
    expect(socket.status).toBe('idle')
  })
})
