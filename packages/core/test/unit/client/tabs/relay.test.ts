import { setImmediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { createRelay } from '../../../../src/client/tabs/relay.ts'
import type { Relay } from '../../../../src/client/tabs/relay.ts'
import type { ClientTransport, TransportOptions } from '../../../../src/client/transport.ts'
import type { ServerFrame } from '../../../../src/protocol/frames.ts'

const lines = (frames: object[]): string => frames.map((one) => JSON.stringify(one)).join('\n')
const framesOf = (message: string): Record<string, unknown>[] =>
  message.split('\n').map((line) => JSON.parse(line))

/** A relay, what it says to its tabs, and a server that a test speaks for. */
async function setUp(post?: (frame: Record<string, unknown>) => Promise<object>) {
  const said = new Map<string, Record<string, unknown>[]>()
  const deliveries: string[][] = []
  const asked: Record<string, unknown>[] = []
  const onEnd = vi.fn()
  let server: TransportOptions | undefined
  const transport: ClientTransport = {
    name: 'fake',
    open(options) {
      server = options
      asked.push(...framesOf(options.greeting))
      return { send: (message) => void asked.push(...framesOf(message)), close() {} }
    },
    post:
      post &&
      (async (_url, body) =>
        JSON.stringify(await post(framesOf(body)[1] as Record<string, unknown>))),
  }
  const relay: Relay = createRelay({
    transport,
    url: 'http://localhost/realtime',
    user: 'ada',
    deliver(tabs, message) {
      deliveries.push(tabs)
      for (const tab of tabs) said.set(tab, [...(said.get(tab) ?? []), ...framesOf(message)])
    },
    onEnd,
    onError: vi.fn(),
  })
  async function tell(...frames: ServerFrame[]): Promise<void> {
    server?.onMessage(lines(frames))
    await setImmediate()
  }
  /** What was said since it was asked for last. */
  function heard(tab: string): Record<string, unknown>[] {
    const all = said.get(tab) ?? []
    said.delete(tab)
    return all
  }
  function sent(): Record<string, unknown>[] {
    return asked.splice(0)
  }
  async function join(tab: string, ...frames: object[]): Promise<void> {
    relay.open(tab, lines([{ hi: { v: 1 } }, ...frames]))
    await setImmediate()
  }
  return { relay, tell, heard, sent, join, onEnd, deliveries }
}

const ok = { ok: { v: 1, hb: 20_000, max: 65_536, u: 'ada' } }
const sub = (id: number, at?: string) => ({ id, sub: { ch: 'log', at } })
const event = (offset: number): ServerFrame => ({
  c: 7,
  n: `e.${offset}.i${offset}`,
  p: `i${offset - 1}`,
  d: offset,
})
/** As the relay says it, with a number of its own. */
const told = (offset: number) => ({ ...event(offset), c: 1 })

/** Two tabs that are live at the first event. */
async function twoTabs() {
  const all = await setUp()
  const { join, tell, sent, heard } = all
  await join('one', sub(11, 'e.1.i1'))
  await tell(ok)
  const [, first] = sent()
  await tell({ id: first?.['id'] as number, on: { c: 7, at: 'e.1.i1' } }, { c: 7, up: 'e.1.i1' })
  await join('two', sub(21, 'e.1.i1'))
  const [second] = sent()
  await tell({ id: second?.['id'] as number, on: { c: 7, at: 'e.1.i1' } }, { c: 7, up: 'e.1.i1' })
  heard('one')
  heard('two')
  return all
}

describe('the relay of the tab that leads (rule 17)', () => {
  test('says whom it means to be, and greets tabs when the server has greeted it', async () => {
    const { join, heard, sent, tell } = await setUp()
    await join('one', sub(11))
    expect(sent()).toEqual([{ hi: { v: 1, u: 'ada' } }])
    expect(heard('one')).toEqual([])
    await tell(ok)
    expect(heard('one')).toEqual([{ ok: { ...ok.ok, hb: expect.any(Number) } }])
    expect(sent()).toEqual([{ id: expect.any(Number), sub: { ch: 'log' } }])
  })

  test('ends when the server takes it for somebody else', async () => {
    const { join, tell, onEnd } = await setUp()
    await join('one')
    await tell({ ok: { ...ok.ok, u: 'bob' } })
    expect(onEnd.mock.calls).toEqual([[{ outcome: 'later' }]])
  })

  test('tells an event to all that it follows for, in one delivery', async () => {
    const { tell, heard, deliveries } = await twoTabs()
    deliveries.length = 0
    await tell(event(2), event(3))
    expect(deliveries).toEqual([['one', 'two']])
    for (const tab of ['one', 'two']) expect(heard(tab)).toEqual([told(2), told(3)])
  })

  test('a tab that joins from further back is told what it lacks, and the others nothing twice', async () => {
    const { join, sent, tell, heard } = await twoTabs()
    await tell(event(2), event(3))
    for (const tab of ['one', 'two']) heard(tab)
    await join('three', sub(31, 'e.2.i2'))
    const [asked] = sent()
    expect(asked).toEqual({ id: expect.any(Number), sub: { ch: 'log', at: 'e.2.i2' } })
    await tell({ id: asked?.['id'] as number, on: { c: 7, at: 'e.2.i2' } }, event(3), event(4))
    await tell({ c: 7, up: 'e.4.i4' })
    expect(heard('three')).toEqual([
      { ok: expect.anything() },
      { id: 31, on: { c: 1, at: 'e.2.i2' } },
      told(3),
      told(4),
      { c: 1, up: 'e.4.i4' },
    ])
    expect(heard('one')).toEqual([told(4), { c: 1, up: 'e.4.i4' }])
    expect(sent()).toEqual([])
  })

  test('a state goes to those that need one, and who was further back gets what is missing', async () => {
    const { join, sent, tell, heard } = await twoTabs()
    await join('three', sub(31))
    const [asked] = sent()
    await tell({ id: asked?.['id'] as number, on: { c: 7, at: 'e.3.i3', s: 'state' } })
    await tell({ c: 7, up: 'e.3.i3' })
    expect(heard('three').slice(1)).toEqual([
      { id: 31, on: { c: 1, at: 'e.3.i3', s: 'state' } },
      { c: 1, up: 'e.3.i3' },
    ])
    // Nothing tells the others that they are live, until they are.
    expect(heard('one')).toEqual([])
    const [again] = sent()
    expect(again).toEqual({ id: expect.any(Number), sub: { ch: 'log', at: 'e.1.i1' } })
    await tell({ id: again?.['id'] as number, on: { c: 7, at: 'e.1.i1' } }, event(2), event(3))
    await tell({ c: 7, up: 'e.3.i3' })
    expect(heard('one')).toEqual([told(2), told(3), { c: 1, up: 'e.3.i3' }])
    expect(heard('three')).toEqual([{ c: 1, up: 'e.3.i3' }])
  })

  test('a reset is of those whose position was asked for; the others are subscribed at once', async () => {
    const { join, sent, tell, heard } = await twoTabs()
    await join('three', sub(31, 'e.0.old'))
    const [asked] = sent()
    await tell({ id: asked?.['id'] as number, on: { c: 7, at: 'e.0.old' } })
    await tell({ c: 7, reset: 'evicted', after: 5_000 })
    expect(heard('three').at(-1)).toEqual({ c: 1, reset: 'evicted', after: 5_000 })
    expect(heard('one')).toEqual([])
    expect(sent()).toEqual([{ id: expect.any(Number), sub: { ch: 'log', at: 'e.1.i1' } }])
  })

  test('what is over is over for all, and what is refused is said to who asked', async () => {
    const { join, sent, tell, heard } = await twoTabs()
    await tell({ c: 7, off: 'kicked' })
    for (const tab of ['one', 'two']) expect(heard(tab)).toEqual([{ c: 1, off: 'kicked' }])
    sent()
    await join('three', sub(31, 'e.1.i1'))
    const [asked] = sent()
    await tell({ id: asked?.['id'] as number, err: { code: 'denied', retry: false } })
    expect(heard('three').at(-1)).toEqual({ id: 31, err: { code: 'denied', retry: false } })
  })

  test('leaves a channel with its last tab', async () => {
    const { relay, sent } = await twoTabs()
    relay.left('one')
    relay.received('two', lines([{ un: 99 }]))
    expect(sent()).toEqual([])
    relay.received('two', lines([{ un: 1 }]))
    expect(sent()).toEqual([{ un: 7 }])
  })

  test('answers with the ids of tabs, names channels in full, and gives up the calls of who has left', async () => {
    const { relay, tell, sent, heard } = await twoTabs()
    relay.received('one', lines([{ id: 5, pub: { c: 1, d: 'one', k: 'k1' } }]))
    relay.received('two', lines([{ id: 5, pub: { ch: 'log', d: 'two', k: 'k2' } }]))
    const [one, two] = sent()
    expect(one).toMatchObject({ pub: { ch: 'log', d: 'one', k: 'k1' } })
    await tell({ id: two?.['id'] as number, ack: { n: 'e.2.i2' } })
    expect(heard('two')).toEqual([{ id: 5, ack: { n: 'e.2.i2' } }])
    expect(heard('one')).toEqual([])
    relay.received('one', lines([{ id: 6, call: { ch: 'log', m: 'wait' } }]))
    relay.received('one', lines([{ id: 7, call: { ch: 'log', m: 'wait' } }, { no: 6 }]))
    const [six, seven, no] = sent()
    expect(no).toEqual({ no: six?.['id'] })
    relay.left('one')
    expect(sent()).toContainEqual({ no: seven?.['id'] })
  })

  test('of a POST without an answer: what is published may be sent again, a call may not', async () => {
    const { relay, join, tell, heard } = await setUp(() => Promise.reject(new Error('away')))
    await join('one')
    await tell(ok)
    heard('one')
    relay.received('one', lines([{ id: 5, pub: { ch: 'log', k: 'k' } }]))
    relay.received('one', lines([{ id: 6, call: { ch: 'log', m: 'wait' } }]))
    await setImmediate()
    expect(heard('one')).toEqual([
      { id: 5, err: { code: 'unavailable', retry: true } },
      { id: 6, err: { code: 'unknown-outcome', retry: false } },
    ])
  })

  test('a POST that would be of another user ends it', async () => {
    const { relay, join, tell, onEnd } = await setUp(async () => ({ bye: { code: 4203 } }))
    await join('one')
    await tell(ok)
    relay.received('one', lines([{ id: 5, pub: { ch: 'log', k: 'k' } }]))
    await setImmediate()
    expect(onEnd.mock.calls).toEqual([[{ outcome: 'later' }]])
  })
})
