import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { settled, setup } from './fake-browser.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type OnError = (error: unknown, context: { stage: string }) => void

describe('for await of a socket', () => {
  test('is a reader: it connects, and its break closes', async () => {
    const { socket, made, last } = setup()
    const seen: unknown[] = []
    const loop = (async () => {
      for await (const message of socket) {
        seen.push(message)
        if (message === 'b') break
      }
    })()
    expect(made).toHaveLength(1)
    last().opens()
    last().says('a')
    last().says('b')
    last().says('c')
    await loop
    await settled()
    expect(seen).toEqual(['a', 'b'])
    expect(socket.status).toBe('idle')
  })

  test('begins with what comes, not with what came', async () => {
    const { socket, last } = setup()
    socket.subscribe(() => {})
    last().opens()
    last().says('before')
    const messages = socket[Symbol.asyncIterator]()
    last().says('after')
    expect(await messages.next()).toEqual({ value: 'after', done: false })
  })

  test('goes on over a lost connection', async () => {
    const { socket, made } = setup()
    const messages = socket[Symbol.asyncIterator]()
    made[0]!.opens()
    made[0]!.says('one')
    made[0]!.closes(1012)
    vi.advanceTimersByTime(500)
    made[1]!.opens()
    made[1]!.says('two')
    expect(await messages.next()).toEqual({ value: 'one', done: false })
    expect(await messages.next()).toEqual({ value: 'two', done: false })
  })

  test.each([
    ['closed', 1000],
    ['refused', 1008],
  ] as const)('ends when the socket is %s, which the status still says', async (status, code) => {
    const { socket, last } = setup()
    const seen: unknown[] = []
    const loop = (async () => {
      for await (const message of socket) seen.push(message)
    })()
    last().opens()
    last().says('last words')
    last().closes(code)
    await loop
    await settled()
    expect(seen).toEqual(['last words'])
    expect(socket.status).toBe(status)
    expect(socket.ending?.code).toBe(code)
  })

  test('ends at once when the socket was closed, and on the server', async () => {
    const closed = setup()
    closed.socket.close()
    const server = setup({}, { live: false, page: undefined, href: undefined })
    for (const { socket, made } of [closed, server]) {
      const seen: unknown[] = []
      for await (const message of socket) seen.push(message)
      expect(seen).toEqual([])
      expect(made).toHaveLength(0)
    }
  })

  test('too slow for maxUnread throws, and other readers read on', async () => {
    const { socket, last } = setup({ maxUnread: 1 })
    const messages = socket[Symbol.asyncIterator]()
    const seen: unknown[] = []
    socket.subscribe((message) => seen.push(message))
    last().opens()
    for (const message of ['a', 'b', 'c']) last().says(message)
    await messages.next()
    await expect(messages.next()).rejects.toMatchObject({ code: 'slow' })
    await settled()
    expect(seen).toEqual([undefined, 'a', 'b', 'c'])
    expect(socket.status).toBe('open')
  })
})

describe('json', () => {
  test('values go as text, and text comes as values', () => {
    const { socket, last } = setup<unknown, unknown>({ json: true })
    const seen: unknown[] = []
    socket.subscribe((message) => seen.push(message))
    expect(socket.send({ early: true })).toBe('queued')
    last().opens()
    expect(socket.send(['\0', null, 0])).toBe('sent')
    expect(last().sent).toEqual(['{"early":true}', '["\\u0000",null,0]'])
    for (const text of ['{"a":1}', 'null', '0', '"\\u0000"']) last().says(text)
    expect(seen).toEqual([undefined, { a: 1 }, null, 0, '\0'])
  })

  test('a value that is changed while it waits is sent as it was', () => {
    const { socket, last } = setup<unknown, { n: number }>({ json: true })
    socket.connect()
    const value = { n: 1 }
    socket.send(value)
    value.n = 2
    last().opens()
    expect(last().sent).toEqual(['{"n":1}'])
  })

  test('what is no JSON is told to onError and passed over', () => {
    const onError = vi.fn<OnError>()
    const { socket, last } = setup<unknown, unknown>({ json: true, onError })
    const seen: unknown[] = []
    socket.subscribe((message) => seen.push(message))
    last().opens()
    for (const data of ['{', new ArrayBuffer(2), '1']) last().says(data)
    expect(seen).toEqual([undefined, 1])
    expect(socket.status).toBe('open')
    const told = { stage: 'a message that should be JSON' }
    expect(onError.mock.calls).toEqual([
      [expect.any(SyntaxError), told],
      [expect.any(SyntaxError), told],
    ])
  })

  test.each([undefined, () => {}, Symbol('x')])(
    '%o, which JSON cannot hold, is refused',
    (value) => {
      const { socket } = setup<unknown, unknown>({ json: true })
      socket.connect()
      expect(() => socket.send(value)).toThrow(
        expect.objectContaining({ name: 'KitrtError', code: 'bad-argument' }),
      )
    },
  )

  test('onLost is given values', () => {
    const onLost = vi.fn<(values: { n: number }[]) => void>()
    const { socket } = setup<unknown, { n: number }>({ json: true, onLost })
    socket.connect()
    socket.send({ n: 1 })
    socket.close()
    expect(onLost).toHaveBeenCalledExactlyOnceWith([{ n: 1 }])
  })

  test('the heartbeat is no message that should be JSON', () => {
    const onError = vi.fn<OnError>()
    const { last, socket } = setup<unknown, unknown>({ json: true, onError })
    socket.connect()
    last().opens()
    last().says('\0')
    expect(onError).not.toHaveBeenCalled()
  })
})

describe('a reader that throws', () => {
  test('is told to onError, and the others read on', () => {
    const onError = vi.fn<OnError>()
    const fault = new Error('fault')
    const { socket, last } = setup({ onError })
    const seen: unknown[] = []
    socket.subscribe((message) => {
      if (message === 'x') throw fault
    })
    socket.subscribe((message) => seen.push(message))
    last().opens()
    last().says('x')
    expect(seen).toEqual([undefined, 'x'])
    expect(onError).toHaveBeenCalledExactlyOnceWith(fault, expect.anything())
  })
})
