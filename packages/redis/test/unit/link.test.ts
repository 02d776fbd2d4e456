import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLink } from '../../src/link.ts'
import type { LinkOptions } from '../../src/link.ts'
import type { Wire, WireEvents } from '../../src/wire/wire.ts'

/** A wire of which the test says what comes over it. */
interface FakeWire extends Wire {
  events: WireEvents
  connect: () => void
  sent: { command: string; answer: (value: unknown) => void; fail: (error: Error) => void }[]
  ended: number
}

function setUp(options: Partial<LinkOptions> = {}) {
  const wires: FakeWire[] = []
  const onLost = vi.fn()
  const link = createLink({
    timeout: 1_000,
    pingEvery: 5_000,
    maxQueue: 10_000,
    onLost,
    open(events) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const sent: FakeWire['sent'] = []
      const wire: FakeWire = {
        ready: promise,
        events,
        connect: resolve,
        sent,
        ended: 0,
        send: (command) => new Promise((answer, fail) => void sent.push({ command, answer, fail })),
        subscribe: async () => {},
        unsubscribe: async () => {},
        end() {
          wire.ended++
          reject(new Error('ended'))
          for (const { fail } of sent) fail(new Error('ended'))
        },
      }
      wires.push(wire)
      return wire
    },
    ...options,
  })
  return { link, wires, onLost }
}

describe('a link to Redis', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('connects when it is first used', async () => {
    const { link, wires } = setUp()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(wires.length).toBe(0)
    const answer = link.send('GET', 'a')
    wires[0]?.connect()
    await vi.advanceTimersByTimeAsync(0)
    wires[0]?.sent[0]?.answer('1')
    expect(await answer).toBe('1')
    link.close()
  })

  test('what cannot be sent in time is refused, and not sent later', async () => {
    const { link, wires, onLost } = setUp()
    const refused = expect(link.send('GET', 'a')).rejects.toMatchObject({ code: 'unavailable' })
    await vi.advanceTimersByTimeAsync(1_000)
    await refused
    // Connecting took as long, so this is the next one.
    await vi.advanceTimersByTimeAsync(200)
    expect(wires.length).toBe(2)
    wires[1]?.connect()
    await vi.advanceTimersByTimeAsync(0)
    expect(wires[1]?.sent).toEqual([])
    expect(onLost).toHaveBeenCalledOnce()
    link.close()
  })

  test('what waits for a connection is refused at once when it is closed', async () => {
    const { link } = setUp()
    const refused = expect(link.send('GET', 'a')).rejects.toMatchObject({ code: 'closed' })
    link.close()
    await refused
    // Nor does anything keep the process.
    expect(vi.getTimerCount()).toBe(0)
  })

  test('so much waits, and more is refused at once', async () => {
    const { link, wires } = setUp({ maxQueue: 2_000 })
    const first = link.send('SET', 'a', 'x'.repeat(1_000))
    wires[0]?.connect()
    await vi.advanceTimersByTimeAsync(0)
    await expect(link.send('GET', 'a')).rejects.toMatchObject({ code: 'unavailable' })
    wires[0]?.sent[0]?.answer('OK')
    await first
    const next = link.send('GET', 'a')
    await vi.advanceTimersByTimeAsync(0)
    wires[0]?.sent[1]?.answer('1')
    expect(await next).toBe('1')
    link.close()
  })

  test('a wire that does not answer a ping is given up with what waits on it, and the next one is used', async () => {
    const { link, wires, onLost } = setUp()
    const answer = link.send('GET', 'a')
    wires[0]?.connect()
    const refused = expect(answer).rejects.toThrow('ended')
    await vi.advanceTimersByTimeAsync(6_000)
    await refused
    expect(wires[0]?.ended).toBe(1)
    expect(onLost).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(200)
    expect(wires.length).toBe(2)
    wires[1]?.connect()
    await vi.advanceTimersByTimeAsync(0)
    expect(link.wire).toBe(wires[1])
    // The first one is nobody's any more.
    wires[0]?.events.lost(new Error('late'))
    expect(link.wire).toBe(wires[1])
    link.close()
  })

  test('a wire to what is the master no more is given up', async () => {
    const { link, wires, onLost } = setUp()
    const refused = expect(link.send('SET', 'a', '1')).rejects.toThrow('READONLY')
    wires[0]?.connect()
    await vi.advanceTimersByTimeAsync(0)
    wires[0]?.sent[0]?.fail(new Error("READONLY You can't write against a read only replica."))
    await refused
    expect(wires[0]?.ended).toBe(1)
    expect(onLost).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(200)
    expect(wires.length).toBe(2)
    link.close()
  })

  test('while Redis is away it is asked again, less often each time, and told once', async () => {
    const { link, wires, onLost } = setUp()
    link.send('GET', 'a').catch(() => {})
    for (let second = 0; second < 60; second++) {
      wires.at(-1)?.events.lost(new Error('refused'))
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(wires.length).toBeGreaterThan(10)
    expect(wires.length).toBeLessThan(70)
    expect(wires.every(({ ended }, index) => ended === 1 || index === wires.length - 1)).toBe(true)
    expect(onLost).toHaveBeenCalledOnce()
    link.close()
  })

  test('closed it ends its wire, makes no other, and refuses', async () => {
    const { link, wires } = setUp()
    link.send('GET', 'a').catch(() => {})
    wires[0]?.connect()
    await vi.advanceTimersByTimeAsync(0)
    link.close()
    link.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(wires.map(({ ended }) => ended)).toEqual([1])
    await expect(link.send('GET', 'a')).rejects.toMatchObject({ code: 'closed' })
  })
})
