import type { Fetch } from '@kitrt/core/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Mock } from 'vitest'
import { createFakeReactivity } from '../../../../core/test/unit/client/fake-reactivity.ts'
import { createSocket } from '../../../src/client/open-socket.ts'
import type {
  ClientSocket,
  OpenSocketOptions,
  SocketEnvironment,
} from '../../../src/client/open-socket.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type Message = string | ArrayBuffer | undefined

interface Setup {
  socket: ClientSocket
  /** Every WebSocket that was made, in order. */
  made: FakeWebSocket[]
  last(): FakeWebSocket
  fetch: Mock<Fetch>
  effect: ReturnType<typeof createFakeReactivity>['effect']
  network: EventTarget & { navigator: { onLine: boolean } }
}

/** A browser's WebSocket on which the test plays the server. */
class FakeWebSocket extends EventTarget {
  readonly url: string
  readonly protocols: string[]
  binaryType = 'blob'
  readyState = 0
  readonly sent: unknown[] = []
  readonly close = vi.fn<() => void>()

  constructor(url: string | URL, protocols: string[]) {
    super()
    this.url = String(url)
    this.protocols = protocols
  }

  send(data: unknown): void {
    this.sent.push(data)
  }

  opens(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  says(data: string | ArrayBuffer): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  closes(code: number): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
}

function setup(
  options: OpenSocketOptions = {},
  {
    url = '/chat',
    ...environment
  }: Partial<SocketEnvironment> & { url?: string | URL | undefined } = {},
): Setup {
  const made: FakeWebSocket[] = []
  const { createSubscriber, effect } = createFakeReactivity()
  const fetch = vi.fn<Fetch>(() => Promise.resolve(new Response(null, { status: 426 })))
  const network = Object.assign(new EventTarget(), { navigator: { onLine: true } })
  const socket = createSocket(
    url,
    { random: () => 1, ...options },
    {
      live: true,
      createSubscriber,
      WebSocket: class extends FakeWebSocket {
        constructor(address: string | URL, protocols: string[]) {
          super(address, protocols)
          made.push(this)
        }
      } as never,
      fetch,
      network,
      base: 'https://example.com/rooms/blue',
      ...environment,
    },
  )
  return { socket, made, last: () => made.at(-1)!, fetch, effect, network }
}

/** Lets the question why it was refused be answered. */
const answered = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

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

  test('the first one connects, the last one closes', () => {
    const { socket, made, last, effect } = setup()
    const leaveStore = socket.subscribe(() => {})
    const leaveEffect = effect(() => void socket.current)
    expect(made).toHaveLength(1)
    last().opens()
    leaveStore()
    expect(last().close).not.toHaveBeenCalled()
    expect(socket.status).toBe('open')
    leaveEffect()
    expect(last().close).toHaveBeenCalledTimes(1)
    expect(socket.status).toBe('idle')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('one that comes later connects again', () => {
    const { socket, made } = setup()
    socket.subscribe(() => {})()
    socket.subscribe(() => {})
    expect(made).toHaveLength(2)
    expect(socket.status).toBe('connecting')
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
    const { socket, made, network } = setup()
    socket.connect()
    network.dispatchEvent(new Event('offline'))
    expect(socket.status).toBe('offline')
    expect(socket.send('while offline')).toBe('queued')
    network.dispatchEvent(new Event('online'))
    made[1]!.opens()
    expect(made[1]!.sent).toEqual(['while offline'])
  })

  test('refused: the queue holds no more than maxQueue', () => {
    const { socket, last } = setup({ maxQueue: 2 })
    socket.connect()
    const results = ['a', 'b', 'c'].map((data) => socket.send(data))
    expect(results).toEqual(['queued', 'queued', 'refused'])
    last().opens()
    expect(last().sent).toEqual(['a', 'b'])
  })

  test('a hundred may wait by default', () => {
    const { socket } = setup()
    socket.connect()
    const results = Array.from({ length: 101 }, () => socket.send('x'))
    expect(results.filter((result) => result === 'queued')).toHaveLength(100)
    expect(results.at(-1)).toBe('refused')
  })

  test('refused: nothing is on its way', async () => {
    const { socket, last, fetch } = setup()
    expect(socket.send('idle')).toBe('refused')
    socket.connect()
    socket.close()
    expect(socket.send('closed')).toBe('refused')
    fetch.mockResolvedValue(new Response(null, { status: 401 }))
    socket.connect()
    last().closes(1006)
    await answered()
    expect(socket.status).toBe('refused')
    expect(socket.send('refused')).toBe('refused')
  })

  test('what waited when the socket was closed is not sent later', () => {
    const { socket, last } = setup()
    socket.connect()
    socket.send('old')
    socket.close()
    socket.connect()
    last().opens()
    expect(last().sent).toEqual([])
  })
})

describe('a connection that was open and ends', () => {
  test.each([1001, 1006, 1011, 1012, 1013])('with %d comes back', (code) => {
    const { socket, made, fetch } = setup()
    socket.connect()
    made[0]!.opens()
    made[0]!.closes(code)
    expect(socket.status).toBe('waiting')
    vi.advanceTimersByTime(500)
    expect(made).toHaveLength(2)
    expect(fetch).not.toHaveBeenCalled()
  })

  test.each([
    [1000, 'closed'],
    [1008, 'refused'],
    [4000, 'refused'],
  ] as const)('with %d is %s', (code, status) => {
    const { socket, made, last } = setup()
    socket.connect()
    last().opens()
    last().closes(code)
    expect(socket.status).toBe(status)
    vi.advanceTimersByTime(3_600_000)
    expect(made).toHaveLength(1)
  })
})

describe('a connection that does not open', () => {
  test('asks by a GET why', async () => {
    const { socket, last, fetch } = setup()
    socket.connect()
    last().closes(1006)
    await answered()
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(String(fetch.mock.calls[0]![0])).toBe('https://example.com/chat')
  })

  test.each([401, 403, 404])('is refused on %d, until connect', async (status) => {
    const { socket, made, last, fetch } = setup()
    fetch.mockResolvedValue(new Response(null, { status }))
    socket.connect()
    last().closes(1006)
    await answered()
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
    await answered()
    expect(socket.status).toBe('waiting')
    vi.advanceTimersByTime(500)
    expect(made).toHaveLength(2)
  })

  test('waits as long as 503 asks', async () => {
    const { socket, made, last, fetch } = setup()
    fetch.mockResolvedValue(new Response(null, { status: 503, headers: { 'retry-after': '60' } }))
    socket.connect()
    last().closes(1006)
    await answered()
    vi.advanceTimersByTime(59_999)
    expect(made).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(made).toHaveLength(2)
  })

  test('asks nothing when it was let go', async () => {
    const { socket, last, fetch } = setup()
    const leave = socket.subscribe(() => {})
    leave()
    last().closes(1006)
    await answered()
    expect(fetch).not.toHaveBeenCalled()
    expect(socket.status).toBe('idle')
  })

  test('an answer that comes after close() changes nothing', async () => {
    const { socket, last, fetch } = setup()
    fetch.mockResolvedValue(new Response(null, { status: 401 }))
    socket.connect()
    last().closes(1006)
    socket.close()
    await answered()
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
    socket.close()
    expect(last().close).toHaveBeenCalledTimes(1)
    expect(socket.status).toBe('closed')
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
  const server = { live: false, network: undefined, base: undefined }

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

  test('send is refused', () => {
    const { socket } = setup({}, server)
    socket.subscribe(() => {})
    expect(socket.send('x')).toBe('refused')
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

  test('what is sent on a socket that is closing is not said to be sent', () => {
    const { socket, last } = setup()
    socket.connect()
    last().opens()
    last().readyState = 2
    expect(socket.send('lost?')).toBe('refused')
    expect(last().sent).toEqual([])
  })
})
