import type { RequestEvent } from '@sveltejs/kit'
import { get } from 'svelte/store'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { setRequestEvent } from '../../../stores/test/unit/app-server.ts'
import { produce } from '../../src/produce.ts'
import type { ProducerArguments } from '../../src/produce.ts'

afterEach(() => {
  setRequestEvent(undefined)
})

const createEvent = (init: RequestInit = {}): RequestEvent =>
  ({ request: new Request('http://localhost/events', init) }) as RequestEvent

describe('produce', () => {
  test('in a module gives the handler of the route', async () => {
    const event = createEvent()
    let given: RequestEvent | undefined
    const GET = produce((producer) => {
      given = producer.event
      producer.emit('message', 'x')
      producer.lock.set(false)
    })
    expect(given).toBeUndefined()
    expect(await GET(event).text()).toBe(':\n\ndata: x\n\n')
    expect(given).toBe(event)
  })

  test('inside of a handler gives the response itself', async () => {
    const event = createEvent()
    setRequestEvent(event)
    const response = produce((producer) => {
      expect(producer.event).toBe(event)
      producer.lock.set(false)
    })
    expect(response).toBeInstanceOf(Response)
    expect(await response.text()).toBe(':\n\n')
  })

  test('calls start once for each client', () => {
    const start = vi.fn<(producer: ProducerArguments) => void>(({ lock }) => lock.set(false))
    const GET = produce(start)
    GET(createEvent())
    GET(createEvent())
    expect(start).toHaveBeenCalledTimes(2)
  })

  test('HEAD has the headers and starts nothing', () => {
    const start = vi.fn<() => void>()
    const response = produce(start, { headers: { 'x-own': 'yes' } })(
      createEvent({ method: 'HEAD' }),
    )
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-own')).toBe('yes')
    expect(response.body).toBeNull()
    expect(start).not.toHaveBeenCalled()
  })

  test.each([
    ['7', '7'],
    [undefined, undefined],
  ])('a client that comes back with the id %s is known by it', (sent, known) => {
    let lastEventId: string | undefined = 'untold'
    const headers: HeadersInit = sent === undefined ? {} : { 'last-event-id': sent }
    produce((producer) => {
      ;({ lastEventId } = producer)
      producer.lock.set(false)
    })(createEvent({ headers }))
    expect(lastEventId).toBe(known)
  })

  describe('lock', () => {
    test('set to false ends the stream', () => {
      const stop = vi.fn<() => void>()
      let producer: ProducerArguments | undefined
      produce((given) => void (producer = given), { stop })(createEvent())
      expect(get(producer!.lock)).toBe(true)
      producer!.lock.set(false)
      expect(producer!.signal.aborted).toBe(true)
      expect(stop).toHaveBeenCalledTimes(1)
      expect(producer!.emit('tick', 1).error?.code).toBe('closed')
    })

    test('becomes false when the client has gone', async () => {
      let producer: ProducerArguments | undefined
      const response = produce((given) => void (producer = given))(createEvent())
      await response.body!.cancel()
      expect(get(producer!.lock)).toBe(false)
    })
  })

  test('what start throws is thrown to the route', () => {
    const GET = produce((): void => {
      throw new Error('401')
    })
    expect(() => GET(createEvent())).toThrow('401')
  })

  describe('of an async generator', () => {
    test('sends what it yields, and ends with it', async () => {
      const GET = produce(async function* ({ lastEventId }) {
        yield { data: lastEventId ?? 'first' }
        yield { event: 'tick', data: { at: 1 }, id: '1' }
      })
      const response = await GET(createEvent({ headers: { 'last-event-id': '0' } }))
      expect(await response.text()).toBe(':\n\ndata: 0\n\nid: 1\nevent: tick\ndata: {"at":1}\n\n')
    })

    test('what it throws before its first event is thrown to the route', async () => {
      const GET = produce(async function* ({ lastEventId }) {
        if (lastEventId === undefined) throw new Error('403')
        yield { data: 'never' }
      })
      await expect(GET(createEvent())).rejects.toThrow('403')
    })

    test('what it throws later ends the stream, and is reported', async () => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {})
      const GET = produce(async function* () {
        yield { data: 'one' }
        throw new Error('too late')
      })
      const response = await GET(createEvent())
      expect(await response.text()).toBe(':\n\ndata: one\n\n')
      expect(log.mock.calls).toEqual([['[kitrt] a fault in stream start:', new Error('too late')]])
      log.mockRestore()
    })

    test('is as fast as its reader, and returns when the reader has left', async () => {
      let yielded = 0
      const left = vi.fn<() => void>()
      const GET = produce(async function* () {
        try {
          for (;;) yield { data: 'x'.repeat(2 ** 14) + yielded++ }
        } finally {
          left()
        }
      })
      const response = await GET(createEvent())
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(yielded).toBeLessThan(5)
      await response.body!.cancel()
      await vi.waitFor(() => expect(left).toHaveBeenCalledTimes(1))
    })

    test('that waits learns by the signal that the reader has left', async () => {
      const left = vi.fn<() => void>()
      const GET = produce(async function* ({ signal }) {
        yield { data: 'one' }
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        left()
      })
      const response = await GET(createEvent())
      await response.body!.cancel()
      await vi.waitFor(() => expect(left).toHaveBeenCalledTimes(1))
    })
  })
})
