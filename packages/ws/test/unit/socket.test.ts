import type { RequestEvent } from '@sveltejs/kit'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { SocketHandlers } from '../../src/dispatcher.ts'
import type { AnyPeer } from '../../src/peer.ts'
import type { SocketEvent } from '../../src/socket-event.ts'
import { peers } from '../../src/peers.ts'
import { endSlot, slots } from '../../src/slot.ts'
import type { UpgradeSlot } from '../../src/slot.ts'
import { socket } from '../../src/socket.ts'
import { createFakeWire } from './fake-wire.ts'

const createEvent = (own: Partial<RequestEvent> = {}): RequestEvent =>
  ({
    params: { room: 'blue' },
    route: { id: '/chat/[room]' },
    url: new URL('http://localhost/chat/blue'),
    locals: { user: 'ada' },
    cookies: { get: () => 'cookie', getAll: () => [] },
    request: new Request('http://localhost/chat/blue', { headers: { 'x-own': 'yes' } }),
    isSubRequest: false,
    getClientAddress: () => '192.0.2.1',
    ...own,
  }) as unknown as RequestEvent

const createSlot = (): UpgradeSlot => ({ request: {}, foreign: false })

const closes: (() => void)[] = []
afterEach(() => {
  for (const close of closes.splice(0)) close()
})

/** Opens the socket of a slot, and gives its peer. */
const open = (slot: UpgradeSlot): AnyPeer => {
  slot.connection!.opened(createFakeWire())
  closes.push(() => slot.connection!.closed(1000, ''))
  return peers('/chat/[room]').at(-1)!
}

describe('socket', () => {
  test('a plain GET is answered with 426, when the handler would not refuse it', async () => {
    const handler = vi.fn<() => object>(() => ({}))
    const response = await slots.run(undefined, () => socket(handler)(createEvent()))
    expect(response.status).toBe(426)
    expect(response.headers.get('upgrade')).toBe('websocket')
    expect(handler).toHaveBeenCalledTimes(1)
  })

  test('an upgrade calls the handler with its event, and fills the slot', async () => {
    const slot = createSlot()
    const event = createEvent()
    const handler = vi.fn<(event: RequestEvent) => object>(() => ({}))
    const response = await slots.run(slot, () => socket(handler)(event))
    expect(response.status).toBe(204)
    expect(handler.mock.calls).toEqual([[event]])
    expect(slot.connection).toBeDefined()
  })

  test('a Response in the place of handlers is the answer, to a handshake and to a plain GET', async () => {
    const full = new Response('full', { status: 409 })
    const slot = createSlot()
    const route = socket(async () => full)
    expect(await slots.run(slot, () => route(createEvent()))).toBe(full)
    expect(slot.connection).toBeUndefined()
    expect(await slots.run(undefined, () => route(createEvent()))).toBe(full)
  })

  test('so is one of another class, as @hono/node-server has it', async () => {
    const answer = Object.create(Response.prototype) as Response
    vi.stubGlobal('Response', Request)
    const route = socket(() => answer)
    expect(await slots.run(createSlot(), () => route(createEvent()))).toBe(answer)
    vi.unstubAllGlobals()
  })

  test('a sub-request of an upgrade has no socket of its own', async () => {
    const slot = createSlot()
    const event = createEvent({ isSubRequest: true })
    const response = await slots.run(slot, () => socket(() => ({}))(event))
    expect(response.status).toBe(426)
    expect(slot.connection).toBeUndefined()
  })

  test.each([
    ['throws', () => Promise.reject(new Error('401'))],
    [
      'throws at once',
      () => {
        throw new Error('401')
      },
    ],
  ])('what the handler %s is the answer, and the slot stays empty', async (_, handler) => {
    const slot = createSlot()
    await expect(slots.run(slot, () => socket(handler)(createEvent()))).rejects.toThrow('401')
    expect(slot.connection).toBeUndefined()
  })

  test('the peer has the request as it was at the upgrade', async () => {
    const slot = createSlot()
    const event = createEvent()
    await slots.run(slot, () => socket(() => ({}))(event))
    const { event: kept } = open(slot)
    expect(kept).toMatchObject<Partial<SocketEvent>>({
      params: { room: 'blue' },
      route: { id: '/chat/[room]' },
      locals: { user: 'ada' },
      clientAddress: '192.0.2.1',
    })
    event.request.headers.set('x-own', 'changed')
    expect(kept.headers.get('x-own')).toBe('yes')
    expect('set' in kept.cookies).toBe(false)
  })

  test('a server that cannot tell the address does not refuse the socket', async () => {
    const slot = createSlot()
    const getClientAddress = (): never => {
      throw new Error('no address header')
    }
    await slots.run(slot, () => socket(() => ({}))(createEvent({ getClientAddress })))
    expect(open(slot).event.clientAddress).toBeUndefined()
  })
})

test('a plain GET is answered as a handshake would be, when the handler refuses it', async () => {
  const refused = new Error('401')
  const handler = vi.fn<() => never>(() => {
    throw refused
  })
  await expect(slots.run(undefined, () => socket(handler)(createEvent()))).rejects.toBe(refused)
})

test.each([undefined, null, 'text', 0])(
  'a handler that returns %s is refused before any 101',
  async (returned) => {
    const slot = createSlot()
    const answer = slots.run(slot, () => socket((() => returned) as never)(createEvent()))
    await expect(answer).rejects.toThrow(`got ${String(returned)}. Was a return forgotten?`)
    expect(slot.connection).toBeUndefined()
  },
)

describe('maxConnections', () => {
  const event = createEvent({ route: { id: '/one-at-a-time' } })
  const answered = async (ready?: Promise<void>): Promise<SocketHandlers> => {
    await ready
    return {}
  }
  /** Opens a route for one, whose handler waits for `ready`. */
  const ask = (slot: UpgradeSlot, ready?: Promise<void>): Promise<Response> =>
    slots.run(slot, () => socket(() => answered(ready), { maxConnections: 1 })(event))
  const closed = (slot: UpgradeSlot): void => slot.connection!.closed(1006, '')

  test('a socket counts from its promise, so that those who are asked about at once do not all get in', async () => {
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    const [first, second] = [createSlot(), createSlot()]
    const answers = [ask(first, ready), ask(second, ready)]
    resolve()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([204, 503])
    expect(second.connection).toBeUndefined()
    expect((await ask(createSlot())).status).toBe(503)
    closed(first)
    const third = createSlot()
    expect((await ask(third)).status).toBe(204)
    closed(third)
  })

  test('who never opens gives the place back: answered otherwise, gone before, or asked about twice', async () => {
    const otherwise = createSlot()
    expect((await ask(otherwise)).status).toBe(204)
    endSlot(otherwise)
    const gone = createSlot()
    endSlot(gone)
    expect((await ask(gone)).status).toBe(204)
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    const twice = createSlot()
    const route = socket(() => answered(ready), { maxConnections: 2 })
    const answers = slots.run(twice, () => Promise.all([route(event), route(event)]))
    resolve()
    expect((await answers).map(({ status }) => status)).toEqual([204, 204])
    // One of the two places is free again.
    const other = createSlot()
    expect((await slots.run(other, () => route(event))).status).toBe(204)
    closed(twice)
    closed(other)
  })
})
