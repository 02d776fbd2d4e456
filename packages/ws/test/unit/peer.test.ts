import { describe, expect, test } from 'vitest'
import { clampReason } from '../../src/close-frame.ts'
import { createPeer } from '../../src/peer.ts'
import type { OwnedPeer } from '../../src/peer.ts'
import { createFakeEvent, createFakeWire, peerSetup } from './fake-wire.ts'
import type { FakeWire } from './fake-wire.ts'

const setup = (maxBuffered = 1000): OwnedPeer & { wire: FakeWire } => {
  const wire = createFakeWire()
  return { wire, ...createPeer(peerSetup({ wire, maxBuffered })) }
}

/** Closing waits for the handler that called it. */
const microtasks = (): Promise<void> => Promise.resolve()

describe('a peer', () => {
  test('has a random id of its own, and the event that it was made with', () => {
    const event = createFakeEvent()
    const { peer } = createPeer(peerSetup({ event }))
    expect(peer.id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/)
    expect(peer.id).not.toBe(setup().peer.id)
    expect(peer.event).toBe(event)
  })

  test('tells how much waits, as it is now', () => {
    const { peer, wire } = setup()
    wire.buffered = 12
    expect(peer.bufferedAmount).toBe(12)
    wire.buffered = 0
    expect(peer.bufferedAmount).toBe(0)
  })
})

describe('send', () => {
  test('sent: handed to the network', () => {
    const { peer, wire } = setup()
    expect(peer.send('hello')).toBe('sent')
    expect(wire.send.mock.calls).toEqual([['hello']])
  })

  test('queued: waits behind others', () => {
    const { peer, wire } = setup()
    wire.buffered = 1
    expect(peer.send('hello')).toBe('queued')
    expect(wire.send).toHaveBeenCalledTimes(1)
  })

  test('what was sent at once but waits afterwards is queued', () => {
    const { peer, wire } = setup()
    wire.send.mockImplementation(() => {
      wire.buffered += 5
    })
    expect(peer.send('hello')).toBe('queued')
  })

  test('exactly maxBuffered waiting is still taken', () => {
    const { peer, wire } = setup(1000)
    wire.buffered = 1000
    expect(peer.send('hello')).toBe('queued')
  })

  test('dropped: more than maxBuffered is waiting, and the peer is closed with 1013', async () => {
    const { peer, wire } = setup(1000)
    wire.buffered = 1001
    expect(peer.send('hello')).toBe('dropped')
    expect(wire.send).not.toHaveBeenCalled()
    await microtasks()
    expect(wire.close.mock.calls).toEqual([[1013, 'reads too slowly']])
  })

  test('after a drop the socket is closed, also when the reader has caught up', async () => {
    const { peer, wire } = setup(1000)
    wire.buffered = 1001
    peer.send('hello')
    wire.buffered = 0
    expect(peer.send('hello')).toBe('closed')
    await microtasks()
    expect(wire.close).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['a close', ({ peer }: OwnedPeer) => peer.close()],
    ['terminate', ({ peer }: OwnedPeer) => peer.terminate()],
    ['the end of the socket', ({ closed }: OwnedPeer) => closed()],
  ])('closed: not sent after %s', (_, end) => {
    const owned = setup()
    end(owned)
    expect(owned.peer.send('hello')).toBe('closed')
    expect(owned.wire.send).not.toHaveBeenCalled()
  })

  test.each([
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['a Uint8Array', new Uint8Array(2)],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['an empty string', ''],
  ])('%s goes to the wire as it is', (_, data) => {
    const { peer, wire } = setup()
    expect(peer.send(data)).toBe('sent')
    expect(wire.send.mock.calls[0]![0]).toBe(data)
  })

  test.each([
    ['an object', { a: 1 }, 'object'],
    ['a number', 1, 'number'],
    ['null', null, 'null'],
    ['nothing', undefined, 'undefined'],
    ['a list', [1], 'object'],
  ])('%s is a bad argument, open or closed', (_, data, said) => {
    const { peer, wire } = setup()
    const expected = expect.objectContaining({
      code: 'bad-argument',
      message: expect.stringContaining(`got ${said}.`),
    })
    expect(() => peer.send(data as never)).toThrow(expected)
    peer.close()
    expect(() => peer.send(data as never)).toThrow(expected)
    expect(wire.send).not.toHaveBeenCalled()
  })
})

describe('close', () => {
  const valid = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
  ]
  const invalid = [
    -1,
    0,
    1,
    999,
    1004,
    1005,
    1006,
    1015,
    1016,
    2000,
    2999,
    5000,
    65_536,
    Number.NaN,
    Infinity,
  ]

  test.each(valid)('says %d', async (code) => {
    const { peer, wire } = setup()
    peer.close(code, 'why')
    await microtasks()
    expect(wire.close.mock.calls).toEqual([[code, 'why']])
  })

  test.each(invalid)('never says %d, and the peer stays open', async (code) => {
    const { peer, wire } = setup()
    expect(() => peer.close(code)).toThrow(expect.objectContaining({ code: 'bad-argument' }))
    await microtasks()
    expect(wire.close).not.toHaveBeenCalled()
    expect(peer.send('still here')).toBe('sent')
  })

  test('a bad code is a bad argument also when the socket has closed', () => {
    const { peer, closed } = setup()
    closed()
    expect(() => peer.close(1006)).toThrow(expect.objectContaining({ code: 'bad-argument' }))
  })

  test('without arguments says 1000 and no reason', async () => {
    const { peer, wire } = setup()
    peer.close()
    await microtasks()
    expect(wire.close.mock.calls).toEqual([[1000, '']])
  })

  test('lets the handler that called it end first', async () => {
    const { peer, wire } = setup()
    peer.close()
    expect(wire.close).not.toHaveBeenCalled()
    await microtasks()
    expect(wire.close).toHaveBeenCalledTimes(1)
  })

  test('twice does nothing: the first code holds', async () => {
    const { peer, wire, closed } = setup()
    peer.close(4001, 'first')
    peer.close(4002, 'second')
    await microtasks()
    peer.close(4003, 'third')
    await microtasks()
    expect(wire.close.mock.calls).toEqual([[4001, 'first']])
    expect(closed()).toBe(4001)
  })

  test('after the socket has closed does nothing', async () => {
    const { peer, wire, closed } = setup()
    expect(closed()).toBeUndefined()
    peer.close()
    await microtasks()
    expect(wire.close).not.toHaveBeenCalled()
  })

  test('cuts a reason that is too long', async () => {
    const { peer, wire } = setup()
    peer.close(1000, 'x'.repeat(200))
    await microtasks()
    expect(wire.close.mock.calls).toEqual([[1000, 'x'.repeat(123)]])
  })
})

describe('terminate', () => {
  test('drops the connection at once, without a code', () => {
    const { peer, wire, closed } = setup()
    peer.terminate()
    expect(wire.terminate).toHaveBeenCalledTimes(1)
    expect(wire.close).not.toHaveBeenCalled()
    expect(closed()).toBeUndefined()
  })

  test('after close still drops', () => {
    const { peer, wire } = setup()
    peer.close()
    peer.terminate()
    expect(wire.terminate).toHaveBeenCalledTimes(1)
  })

  test('makes a later close do nothing', async () => {
    const { peer, wire } = setup()
    peer.terminate()
    peer.close()
    await microtasks()
    expect(wire.close).not.toHaveBeenCalled()
  })
})

describe('clampReason', () => {
  const bytes = (text: string): number => new TextEncoder().encode(text).length

  test.each(['', 'short', 'x'.repeat(123), 'é'.repeat(61), `${'é'.repeat(61)}x`])(
    '%s fits and stays',
    (reason) => {
      expect(clampReason(reason)).toBe(reason)
    },
  )

  // Each border: the last character that does not fit loses one, two or three of its bytes.
  test.each([
    ['two bytes', 'é'],
    ['three bytes', '€'],
    ['four bytes', '😀'],
  ])('a character of %s is never cut in half', (_, character) => {
    for (let before = 118; before <= 123; before++) {
      const reason = 'x'.repeat(before) + character.repeat(3)
      const clamped = clampReason(reason)
      const fits = Math.floor((123 - before) / bytes(character))
      expect(clamped).toBe('x'.repeat(before) + character.repeat(fits))
      expect(bytes(clamped)).toBeLessThanOrEqual(123)
    }
  })

  test('a very long reason is cut too', () => {
    expect(clampReason('€'.repeat(100_000))).toBe('€'.repeat(41))
  })
})
