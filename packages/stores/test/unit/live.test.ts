import { channel } from '@kitrt/core'
import type { Schema } from '@kitrt/core'
import { connect } from '@kitrt/core/client'
import type { ClientTransport, TransportOptions } from '@kitrt/core/client'
import { carriedChannel, createHub, memory } from '@kitrt/core/server'
import { get } from 'svelte/store'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { live as liveOnServer, transport as serverTransport } from '../../src/index.ts'

const any = <T>(): Schema<T> => ({
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as T }) },
})
const log = channel('log', {
  event: any<string>(),
  publish: any<string>(),
})
const room = channel('room', { params: any<{ id: string }>(), event: any<string>() })

const hub = createHub({ engine: memory() })
const logs = hub.serve(log, { subscribe: () => true })

/** A transport that a test speaks through. */
function createFakeTransport() {
  const opened: TransportOptions[] = []
  const sent: unknown[] = []
  const transport: ClientTransport = {
    name: 'fake',
    open(options) {
      opened.push(options)
      return { send: (message) => void sent.push(JSON.parse(message)), close() {} }
    },
  }
  const say = (...frames: object[]): void =>
    opened.at(-1)?.onMessage(frames.map((frame) => JSON.stringify(frame)).join('\n'))
  const asked = (): unknown[] =>
    opened
      .at(-1)
      ?.greeting.split('\n')
      .map((line) => JSON.parse(line) as unknown) ?? []
  return { transport, sent, say, asked, opened }
}

/** The browser's side of the package. */
const browser = () => import('../../src/browser.ts')

describe('what a load function returns of a channel', () => {
  test('is rendered on the server, and carried to the browser with its position', async () => {
    await logs().publish('one')
    const snapshot = await logs().snapshot({ system: true })
    expect(snapshot.current).toEqual(['one'])
    expect(get(snapshot)).toEqual(['one'])
    expect(snapshot.status).toBe('connecting')
    await expect(snapshot.publish('x')).rejects.toMatchObject({ code: 'no-scope' })
    expect(await snapshot.events().next()).toEqual({ value: undefined, done: true })
    expect(serverTransport.KitrtChannel.encode(snapshot)).toEqual({
      channel: 'log',
      params: undefined,
      position: expect.stringContaining('.1.') as string,
      state: ['one'],
    })
    expect(serverTransport.KitrtChannel.encode({ state: [] })).toBe(false)
  })

  test('is never taken from a client', () => {
    const carried = { channel: 'log', params: undefined, position: 'e.1.x', state: [] }
    expect(() => serverTransport.KitrtChannel.decode(carried)).toThrow('never from it')
  })

  test('asks the subscribe rule of the request that is being answered, and needs one', async () => {
    await expect(logs().snapshot()).rejects.toMatchObject({ code: 'no-scope' })
    const denied = hub.serve(channel('denied', { event: any<string>() }), {
      subscribe: () => false,
    })
    await expect(denied().snapshot({ event: {} })).rejects.toMatchObject({ code: 'denied' })
  })

  test('is live in the browser, from its position on, and shows what was missed in one step', async () => {
    const { transport } = await browser()
    const fake = createFakeTransport()
    const session = connect('http://localhost/realtime', {
      transports: [fake.transport],
      channels: [log],
    })
    onTestFinished(() => session.close())
    const carried = carriedChannel(await logs().snapshot({ system: true }))!
    const view = transport.KitrtChannel.decode({ ...carried, state: ['page'], position: 'e.1.a' })
    const seen: unknown[] = []
    const stop = (view as ReturnType<typeof liveOnServer>).subscribe((state) => seen.push(state))
    expect(fake.asked()).toEqual([{ hi: { v: 1 } }, { id: 1, sub: { ch: 'log', at: 'e.1.a' } }])
    fake.say({ ok: { v: 1, hb: 20_000, max: 65_536 } }, { id: 1, on: { c: 1, at: 'e.1.a' } })
    fake.say({ c: 1, n: 'e.2.b', p: 'a', d: 'two' })
    fake.say({ c: 1, n: 'e.3.c', p: 'b', d: 'three' })
    expect(seen.at(-1)).toEqual(['page'])
    fake.say({ c: 1, up: 'e.3.c' })
    expect(seen.at(-1)).toEqual(['page', 'two', 'three'])
    stop()
    expect(fake.sent).toContainEqual({ un: 1 })
  })

  test('says what is missing when the page does not know its channel', async () => {
    const { transport } = await browser()
    const session = connect('http://localhost/realtime', {
      transports: [createFakeTransport().transport],
    })
    onTestFinished(() => session.close())
    const carried = { channel: 'room', params: { id: '1' }, position: 'e.1.x', state: [] }
    expect(() => transport.KitrtChannel.decode(carried)).toThrow("'room' is not in the channels")
  })
})

/** A page of its own, connected by a transport that the test speaks through. */
async function newPage() {
  vi.resetModules()
  const client = await import('@kitrt/core/client')
  const { live } = await browser()
  const fake = createFakeTransport()
  const session = client.connect('http://localhost/realtime', { transports: [fake.transport] })
  onTestFinished(() => session.close())
  return { live, fake }
}

describe('live()', () => {
  test('shares one subscription among all that follow a channel, whatever the order of its params', async () => {
    const { live, fake } = await newPage()
    const wide = channel('wide', {
      params: any<{ a: number; b: number }>(),
      event: any<string>(),
    })
    const one = live(wide, { a: 1, b: 2 })
    const other = live(wide, { b: 2, a: 1 })
    expect(fake.opened).toHaveLength(0)
    const stops = [one.subscribe(() => {}), other.subscribe(() => {})]
    expect(fake.asked()).toHaveLength(2)
    for (const stop of stops) stop()
  })

  test('a state that does not fit is said, and not asked for again', async () => {
    const { live, fake } = await newPage()
    const strict: Schema<number> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) =>
          typeof value === 'number' ? { value } : { issues: [{ message: 'expected a number' }] },
      },
    }
    const view = live(channel('numbers', { event: strict }))
    onTestFinished(view.subscribe(() => {}))
    fake.say(
      { ok: { v: 1, hb: 20_000, max: 65_536 } },
      { id: 1, on: { c: 1, at: 'e.1.a', s: ['x'] } },
    )
    expect(view.status).toBe('denied')
    expect(view.error).toMatchObject({ code: 'invalid-message' })
    expect(fake.opened).toHaveLength(1)
  })

  test('follows nothing on the server, and begins with the state before any event', () => {
    expect(liveOnServer(room, { id: '1' }).status).toBe('connecting')
    expect(liveOnServer(log).current).toEqual([])
  })
})
