import { AsyncLocalStorage } from 'node:async_hooks'
import { closeConnections } from '@kitrt/core/server'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { countConnections, reopen } from '../../../core/test/unit/server/reopen.ts'
import { createConnection } from '../../src/connection.ts'
import type { Connection, ConnectionOptions } from '../../src/connection.ts'
import type { SocketHandlers } from '../../src/dispatcher.ts'
import type { AnyPeer, SocketData } from '../../src/peer.ts'
import { peers } from '../../src/peers.ts'
import { createFakeWire, peerSetup } from './fake-wire.ts'
import type { FakeWire } from './fake-wire.ts'

const made: Connection[] = []

afterEach(() => {
  for (const connection of made.splice(0)) connection.closed(1000, '')
  reopen()
  vi.restoreAllMocks()
})

interface Setup {
  connection: Connection
  wire: FakeWire
  peer(): AnyPeer
}

function setup(
  handlers: SocketHandlers,
  { open = true, ...options }: Partial<ConnectionOptions> & { open?: boolean } = {},
): Setup {
  const wire = createFakeWire()
  const connection = createConnection({
    handlers,
    ...peerSetup(),
    madeBy: {},
    run: (callback) => callback(),
    maxPayload: 100,
    maxPending: 1000,
    idleTimeout: Infinity,
    rateLimit: { messages: Infinity, bytes: Infinity },
    invalid: 'close',
    ...options,
  })
  if (open) {
    connection.opened(wire)
    made.push(connection)
  }
  return { connection, wire, peer: () => peers('/chat')[0]! }
}

/** Long enough for every handler that does not wait for anything. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => {})

describe('the order of handlers', () => {
  test('open, each message in its order, close', async () => {
    const seen: unknown[] = []
    const { connection } = setup({
      open: () => seen.push('open'),
      message: (_, data) => seen.push(data),
      close: (_, code, reason) => seen.push([code, reason]),
    })
    connection.received('one')
    connection.received('two')
    connection.closed(1001, 'bye')
    await settled()
    expect(seen).toEqual(['open', 'one', 'two', [1001, 'bye']])
  })

  test('each handler ends before the next one begins, also when it is async', async () => {
    const seen: string[] = []
    const steps: (() => void)[] = []
    const slow = async (name: string): Promise<void> => {
      seen.push(`${name} begins`)
      await new Promise<void>((resolve) => steps.push(resolve))
      seen.push(`${name} ends`)
    }
    const { connection } = setup({
      open: () => slow('open'),
      message: (_, data) => slow(String(data)),
      close: () => seen.push('close'),
    })
    connection.received('one')
    connection.received('two')
    connection.closed(1000, '')
    await settled()
    expect(seen).toEqual(['open begins'])
    steps.shift()!()
    await settled()
    expect(seen).toEqual(['open begins', 'open ends', 'one begins'])
    steps.shift()!()
    await settled()
    expect(seen.at(-1)).toBe('two begins')
    steps.shift()!()
    await settled()
    expect(seen.slice(-3)).toEqual(['two begins', 'two ends', 'close'])
  })

  test('two sockets do not wait for each other', async () => {
    const seen: string[] = []
    const first = setup({ message: () => new Promise(() => {}) })
    const second = setup({ message: () => seen.push('second') })
    first.connection.received('x')
    second.connection.received('x')
    await settled()
    expect(seen).toEqual(['second'])
  })

  test('every callback gets the same peer, which the list of peers has too', async () => {
    const seen = new Set<AnyPeer>()
    const { connection, peer } = setup({
      open: (one) => seen.add(one),
      message: (one) => seen.add(one),
      close: (one) => seen.add(one),
    })
    seen.add(peer())
    connection.received('x')
    connection.closed(1000, '')
    await settled()
    expect(seen.size).toBe(1)
  })

  test('handlers run in the context of the request that opened the socket', async () => {
    const storage = new AsyncLocalStorage<string>()
    const run = storage.run('opening', () => AsyncLocalStorage.snapshot())
    const seen: (string | undefined)[] = []
    const note = (): unknown => seen.push(storage.getStore())
    const { connection } = setup(
      {
        open: note,
        async message() {
          await settled()
          note()
        },
        close: note,
      },
      { run },
    )
    storage.run('another', () => {
      connection.received('x')
      connection.closed(1000, '')
    })
    await settled()
    await settled()
    expect(seen).toEqual(['opening', 'opening', 'opening'])
  })

  test('a route may have no handlers at all', async () => {
    const log = quiet()
    const { connection, wire } = setup({})
    connection.received('x')
    connection.closed(1000, '')
    await settled()
    expect(log).not.toHaveBeenCalled()
    expect(wire.close).not.toHaveBeenCalled()
  })
})

describe('a fault', () => {
  const fault = new Error('a fault')
  const throwing = (): never => {
    throw fault
  }
  const rejecting = (): Promise<never> => Promise.reject(fault)

  describe.each([
    ['thrown', throwing],
    ['rejected', rejecting],
  ])('%s', (_, fail) => {
    test.each(['open', 'message', 'close'] as const)(
      'in %s without an error handler is reported with its stage',
      async (stage) => {
        const log = quiet()
        const { connection } = setup({ [stage]: fail })
        connection.received('x')
        connection.closed(1000, '')
        await settled()
        expect(log.mock.calls).toEqual([[`[kitrt] a fault in socket ${stage} of /chat:`, fault]])
      },
    )

    test.each(['open', 'message'] as const)(
      'in %s without an error handler closes the socket with 1011, which tells nothing of it',
      async (stage) => {
        quiet()
        const { connection, wire } = setup({ [stage]: fail })
        connection.received('x')
        await settled()
        expect(wire.close.mock.calls).toEqual([[1011, 'internal error']])
      },
    )

    test.each(['open', 'message', 'close'] as const)(
      'in %s with an error handler goes there, and the socket stays open',
      async (stage) => {
        const log = quiet()
        const error = vi.fn<(peer: AnyPeer, error: unknown) => void>()
        const { connection, wire, peer } = setup({ [stage]: fail, error })
        const one = peer()
        connection.received('x')
        if (stage === 'close') connection.closed(1000, '')
        await settled()
        expect(error.mock.calls).toEqual([[one, fault]])
        expect(wire.close).not.toHaveBeenCalled()
        expect(log).not.toHaveBeenCalled()
      },
    )

    test('in the error handler itself is reported, and the socket stays open', async () => {
      const log = quiet()
      const { connection, wire } = setup({ message: throwing, error: fail })
      connection.received('x')
      await settled()
      expect(log.mock.calls).toEqual([['[kitrt] a fault in socket error of /chat:', fault]])
      expect(wire.close).not.toHaveBeenCalled()
    })

    test('does not keep the next message from its handler', async () => {
      const seen: SocketData[] = []
      const { connection } = setup({
        message(_peer, data) {
          seen.push(data)
          return data === 'bad' ? fail() : undefined
        },
        error: () => {},
      })
      connection.received('bad')
      connection.received('good')
      await settled()
      expect(seen).toEqual(['bad', 'good'])
    })

    test('does not keep close from its handler', async () => {
      quiet()
      const close = vi.fn<(peer: AnyPeer, code: number) => void>()
      const { connection } = setup({ message: fail, close })
      connection.received('x')
      await settled()
      connection.closed(1011, '')
      await settled()
      expect(close).toHaveBeenCalledTimes(1)
    })
  })

  test('the error handler ends before the next message begins', async () => {
    const seen: string[] = []
    const { connection } = setup({
      message(_peer, data) {
        seen.push(String(data))
        if (data === 'bad') throw fault
      },
      async error() {
        await settled()
        seen.push('error ended')
      },
    })
    connection.received('bad')
    connection.received('good')
    await settled()
    await settled()
    await settled()
    expect(seen).toEqual(['bad', 'error ended', 'good'])
  })
})

describe('maxPayload', () => {
  test('a message of exactly so many bytes is taken', async () => {
    const message = vi.fn<(peer: AnyPeer, data: SocketData) => void>()
    const { connection } = setup({ message }, { maxPayload: 4 })
    connection.received('éé')
    connection.received(new Uint8Array(4))
    await settled()
    expect(message).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['text, in bytes and not in characters', 'ééx'],
    ['bytes', new Uint8Array(5)],
  ])('a larger one closes the socket with 1009: %s', async (_, data) => {
    const message = vi.fn<() => void>()
    const { connection, wire } = setup({ message }, { maxPayload: 4 })
    connection.received(data)
    await settled()
    expect(message).not.toHaveBeenCalled()
    expect(wire.close.mock.calls).toEqual([[1009, 'a message may hold 4 bytes']])
  })

  test('after it nothing more is taken', async () => {
    const seen: SocketData[] = []
    const { connection } = setup({ message: (_, data) => seen.push(data) }, { maxPayload: 4 })
    connection.received('one')
    connection.received('too long')
    connection.received('two')
    await settled()
    expect(seen).toEqual(['one'])
  })
})

/** What each waiting message costs beside its data, in bytes. */
const overhead = 256

describe('maxPending', () => {
  test('messages that come faster than they are handled close the socket with 1013', async () => {
    const message = vi.fn<() => Promise<never>>(() => new Promise<never>(() => {}))
    const { connection, wire } = setup({ message }, { maxPending: 10 + 2 * overhead })
    connection.received('12345')
    await settled()
    // The first one is being handled and waits no more.
    connection.received('12345')
    connection.received('12345')
    await settled()
    expect(wire.close).not.toHaveBeenCalled()
    connection.received('1')
    connection.received('2')
    await settled()
    expect(wire.close.mock.calls).toEqual([[1013, 'messages come faster than they are handled']])
    expect(message).toHaveBeenCalledTimes(1)
  })

  test('what was handled does not count any more', async () => {
    const message = vi.fn<() => void>()
    const { connection, wire } = setup({ message }, { maxPending: 10 + 2 * overhead })
    for (let turn = 0; turn < 20; turn++) {
      connection.received('1234567')
      // oxlint-disable-next-line no-await-in-loop -- each is handled before the next one comes
      await settled()
    }
    expect(message).toHaveBeenCalledTimes(20)
    expect(wire.close).not.toHaveBeenCalled()
  })

  test('what waited before the bound was reached is still handled', async () => {
    const seen: SocketData[] = []
    const { connection } = setup(
      { message: (_, data) => seen.push(data) },
      { maxPending: 10 + 2 * overhead },
    )
    for (const data of ['12345', '67890', 'x']) connection.received(data)
    await settled()
    expect(seen).toEqual(['12345', '67890'])
  })
})

describe('close', () => {
  test('comes once, whatever the runtime says', async () => {
    const close = vi.fn<(peer: AnyPeer, code: number, reason: string) => void>()
    const { connection, peer } = setup({ close })
    const one = peer()
    connection.closed(1001, 'first')
    connection.closed(1006, 'second')
    await settled()
    expect(close.mock.calls).toEqual([[one, 1001, 'first']])
  })

  test('a message that comes after it is not handled', async () => {
    const message = vi.fn<() => void>()
    const { connection } = setup({ message })
    connection.closed(1000, '')
    connection.received('x')
    await settled()
    expect(message).not.toHaveBeenCalled()
  })

  test('a runtime that does not know the code (0) is given the one that we said', async () => {
    const close = vi.fn<(peer: AnyPeer, code: number) => void>()
    const { connection, peer } = setup({ close })
    peer().close(4005)
    await settled()
    connection.closed(0, '')
    await settled()
    expect(close.mock.calls[0]![1]).toBe(4005)
  })

  test('is 1006 when nobody said anything', async () => {
    const close = vi.fn<(peer: AnyPeer, code: number) => void>()
    const { connection } = setup({ close })
    connection.closed(0, '')
    await settled()
    expect(close.mock.calls[0]![1]).toBe(1006)
  })

  test('the code of the other side goes before ours', async () => {
    const close = vi.fn<(peer: AnyPeer, code: number) => void>()
    const { connection, peer } = setup({ close })
    peer().close(4005)
    connection.closed(4001, '')
    await settled()
    expect(close.mock.calls[0]![1]).toBe(4001)
  })

  test('the peer that is told of it sends no more', async () => {
    let result: string | undefined
    const { connection } = setup({ close: (peer) => (result = peer.send('x')) })
    connection.closed(1000, '')
    await settled()
    expect(result).toBe('closed')
  })
})

test('a message is handled in whichever turn it comes, however soon after the last work', async () => {
  for (let turns = 0; turns < 30; turns++) {
    const seen: SocketData[] = []
    const { connection } = setup({ message: (_, data) => seen.push(data) })
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    connection.received('first')
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    connection.received('second')
    await settled()
    expect(seen, `${turns} turns`).toEqual(['first', 'second'])
  }
})

describe('the peers of the route', () => {
  test('have the peer from its opening to its closing', () => {
    const { connection } = setup({}, { open: false })
    expect(peers('/chat')).toHaveLength(0)
    connection.opened(createFakeWire())
    expect(peers('/chat')).toHaveLength(1)
    connection.closed(1000, '')
    expect(peers('/chat')).toHaveLength(0)
  })

  test('no longer have it while its last handlers still run', async () => {
    const seen: number[] = []
    const { connection } = setup({
      message: () => seen.push(peers('/chat').length),
      close: () => seen.push(peers('/chat').length),
    })
    connection.received('x')
    connection.closed(1000, '')
    await settled()
    expect(seen).toEqual([0, 0])
  })
})

describe('the server that stops', () => {
  test('closes an open socket with 1012', async () => {
    const { wire } = setup({})
    closeConnections()
    await settled()
    expect(wire.close.mock.calls).toEqual([[1012, 'service restart']])
  })

  test('closes one that opens while it does', async () => {
    closeConnections()
    const { wire } = setup({})
    await settled()
    expect(wire.close.mock.calls).toEqual([[1012, 'service restart']])
  })

  test('leaves a closed one alone', async () => {
    const { connection, wire } = setup({})
    connection.closed(1000, '')
    await settled()
    expect(countConnections()).toBe(0)
    closeConnections()
    await settled()
    expect(wire.close).not.toHaveBeenCalled()
  })

  test('waits for what a closed one has sent, and for its close handler', async () => {
    const steps: (() => void)[] = []
    const slow = (): Promise<void> => new Promise((resolve) => steps.push(resolve))
    const { connection } = setup({ message: slow, close: slow })
    connection.received('one')
    connection.received('two')
    await settled()
    closeConnections()
    connection.closed(1012, '')
    for (let step = 0; step < 3; step++) {
      await settled()
      expect(countConnections()).toBe(1)
      steps[step]!()
    }
    await settled()
    expect(countConnections()).toBe(0)
  })

  test('gives each its own time to come back', async () => {
    const wires = [setup({}), setup({}), setup({})].map(({ wire }) => wire)
    closeConnections()
    await settled()
    // What came last goes first.
    expect(wires.toReversed().map(({ close }) => close.mock.calls)).toEqual([
      [[1012, 'service restart']],
      [[1012, 'service restart; retry-after=0.001']],
      [[1012, 'service restart; retry-after=0.002']],
    ])
  })
})

describe('a runtime that says too much or too early', () => {
  test('opened twice drops the second wire', () => {
    const { connection, wire } = setup({})
    const second = createFakeWire()
    connection.opened(second)
    expect(second.terminate).toHaveBeenCalledTimes(1)
    expect(wire.terminate).not.toHaveBeenCalled()
    expect(peers('/chat')).toHaveLength(1)
  })

  test('opened again after a whole life drops the wire', () => {
    const { connection } = setup({})
    connection.closed(1000, '')
    const second = createFakeWire()
    connection.opened(second)
    expect(second.terminate).toHaveBeenCalledTimes(1)
    expect(peers('/chat')).toHaveLength(0)
  })

  test('a message before the opening is not handled', async () => {
    const message = vi.fn<() => void>()
    const { connection } = setup({ message }, { open: false })
    connection.received('x')
    await settled()
    expect(message).not.toHaveBeenCalled()
  })

  test('a close before the opening is not told', async () => {
    const close = vi.fn<() => void>()
    const { connection } = setup({ close }, { open: false })
    connection.closed(1006, '')
    await settled()
    expect(close).not.toHaveBeenCalled()
  })
})

describe('what would otherwise be without a bound', () => {
  test('empty messages that come faster than they are handled close the socket too', async () => {
    const { connection, wire } = setup(
      { message: () => new Promise(() => {}) },
      { maxPending: 2 ** 16 },
    )
    for (let sent = 0; sent < 1000; sent++) connection.received('')
    await settled()
    expect(wire.close.mock.calls).toEqual([[1013, 'messages come faster than they are handled']])
  })

  test('a wire that opens after its close was told is dropped, and joins no peers', () => {
    const { connection, wire } = setup({}, { open: false })
    connection.closed(1006, '')
    connection.opened(wire)
    expect(wire.terminate).toHaveBeenCalledTimes(1)
    expect(peers('/chat')).toEqual([])
  })
})

describe('who was refused', () => {
  test('has 2 s to leave, and is dropped when it stays', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { connection, wire } = setup({ message: () => {} }, { maxPayload: 4 })
    connection.received('12345')
    vi.advanceTimersByTime(1_999)
    expect(wire.terminate).not.toHaveBeenCalled()
    connection.received('12345')
    vi.advanceTimersByTime(1)
    expect(wire.terminate).toHaveBeenCalledOnce()
  })

  test('and has left is left alone', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { connection, wire } = setup({ message: () => {} }, { maxPayload: 4 })
    connection.received('12345')
    connection.closed(1009, '')
    vi.advanceTimersByTime(10_000)
    expect(wire.terminate).not.toHaveBeenCalled()
  })
})

describe('pings of the client', () => {
  test('count as messages for the rate limit', async () => {
    const { connection, wire } = setup({}, { rateLimit: { messages: 3 } })
    for (let sent = 0; sent < 3; sent++) connection.pinged()
    await settled()
    expect(wire.close).not.toHaveBeenCalled()
    for (let sent = 0; sent < 3; sent++) connection.pinged()
    await settled()
    expect(wire.close.mock.calls).toEqual([[1008, 'pings come faster than the rate limit']])
  })

  test('so do pongs, which nobody has asked for', async () => {
    const { connection, wire } = setup({}, { rateLimit: { messages: 3 } })
    for (let sent = 0; sent < 6; sent++) connection.ponged()
    await settled()
    expect(wire.close.mock.calls).toEqual([[1008, 'pongs come faster than the rate limit']])
  })

  test('a thousand of which no answer is read close with 1013, however slowly they come', async () => {
    const { connection, wire } = setup({})
    for (let sent = 0; sent < 5000; sent++) {
      // Now and then it has read all.
      wire.buffered = sent % 1000 === 0 ? 0 : 125
      connection.pinged()
    }
    await settled()
    expect(wire.close).not.toHaveBeenCalled()
    wire.buffered = 125
    for (let sent = 0; sent < 1001; sent++) connection.pinged()
    await settled()
    expect(wire.close.mock.calls).toEqual([[1013, 'reads too slowly']])
  })

  test.each(['pinged', 'ponged'] as const)('are signs of life (%s)', (come) => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { connection, wire } = setup({}, { idleTimeout: 1000 })
    for (let time = 0; time < 10; time++) {
      vi.advanceTimersByTime(400)
      connection[come]()
    }
    expect(wire.terminate).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1501)
    expect(wire.terminate).toHaveBeenCalledOnce()
  })
})

describe('a client that was refused and goes on', () => {
  test('is read for a thousand messages and pings more, and then no more', async () => {
    const { connection, wire } = setup({}, { rateLimit: { messages: 1 } })
    const paused = (): boolean => wire.pause.mock.calls.length > wire.resume.mock.calls.length
    for (let sent = 0; sent < 2; sent++) connection.received('x')
    for (let sent = 0; sent < 333; sent++) {
      connection.received('x')
      connection.pinged()
      connection.ponged()
    }
    await settled()
    expect(paused()).toBe(false)
    for (let sent = 0; sent < 2000; sent++) connection.received('x')
    await settled()
    expect(paused()).toBe(true)
  })
})

describe('a client that sends much at once', () => {
  test('waits after each thousand messages for a turn of the others', async () => {
    const { connection, wire } = setup({})
    await settled()
    for (let turn = 1; turn <= 3; turn++) {
      for (let sent = 0; sent < 999; sent++) connection.received('x')
      expect(wire.pause).toHaveBeenCalledTimes(turn - 1)
      // The runtime may have read more already.
      for (let sent = 0; sent < 1500; sent++) connection.pinged()
      expect(wire.pause).toHaveBeenCalledTimes(turn)
      expect(wire.resume).toHaveBeenCalledTimes(turn - 1)
      await settled()
      expect(wire.resume).toHaveBeenCalledTimes(turn)
    }
  })
})

describe('heartbeats of the client', () => {
  test('are answered, unless something waits that has not been read', () => {
    const { connection, wire } = setup({})
    connection.received('\0')
    wire.buffered = 1
    for (let sent = 0; sent < 10; sent++) connection.received('\0')
    wire.buffered = 0
    connection.received('\0')
    expect(wire.send.mock.calls).toEqual([['\0'], ['\0']])
  })
})
