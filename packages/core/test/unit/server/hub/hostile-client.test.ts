import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channel } from '../../../../src/channel.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import type { HubLimits } from '../../../../src/server/hub/limits.ts'
import { memory } from '../../../../src/server/memory/index.ts'
import { open } from './open-client.ts'
import { anything } from '../../anything.ts'

const log = channel('log', { event: anything, publish: anything })
const rooms = channel('rooms', {
  params: anything,
  event: anything,
  publish: anything,
  state: { init: () => '', apply: () => '' },
  calls: {
    wait: { input: anything, output: anything },
    weigh: { input: anything, output: anything },
  },
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(limits: Partial<HubLimits> = {}) {
  const onError = vi.fn()
  const hub = createHub({ engine: memory(), user: () => ({ id: 'ada' }), limits, onError })
  const gates: (() => void)[] = []
  const loads = vi.fn(() => 's'.repeat(10_000))
  const aborted = vi.fn()
  hub.serve(log, { subscribe: () => true })
  hub.serve(rooms, {
    subscribe: () => true,
    publish: ({ event }) => new Promise((resolve) => gates.push(() => resolve(event))),
    snapshot: loads,
  })
  hub.answer(rooms, {
    wait: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', aborted)
        gates.push(() => resolve('done'))
      }),
    weigh: () => 's'.repeat(10_000),
  })
  return { hub, loads, gates, aborted, onError }
}

const hi = { hi: { v: 1 } }
const sub = (id: number, room: number, more = {}) => ({
  id,
  sub: { ch: 'rooms', p: room, ...more },
})
const pub = (id: number, room: number) => ({ id, pub: { ch: 'rooms', p: room, d: id, k: `${id}` } })
type Client = Awaited<ReturnType<typeof open>>
const codes = ({ said }: Client): unknown[] =>
  said.map(({ id, err, ack }) => (ack ? id : (err as { code: string } | undefined)?.code))

describe('rule 9: a client that asks and does not read', () => {
  test('is given no more states than may wait', async () => {
    const { hub, loads } = setUp({ maxQueue: 25_000, maxQueueAge: 1_000 })
    const client = await open(hub)
    await client.tell(hi, { id: 1, sub: { ch: 'log' } })
    // As a network that takes nothing any more.
    client.state.hold = true
    for (let id = 2; id < 50; id++) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await client.tell(sub(id, id))
    }
    const states = client.said.filter(
      ({ on }) => (on as { s?: string } | undefined)?.s?.[0] === 's',
    )
    expect(states.length).toBe(3)
    expect(loads.mock.calls.length).toBe(3)
    await client.turn(2_100)
    expect(client.state.closed).toBe(4201)
  })

  test('gets them one after another when it reads on', async () => {
    const { hub } = setUp({ maxQueue: 25_000 })
    const client = await open(hub)
    await client.tell(hi)
    client.state.hold = true
    for (let id = 2; id < 12; id++) {
      // oxlint-disable-next-line no-await-in-loop
      await client.tell(sub(id, id))
    }
    const answered = (): number => client.said.filter((frame) => 'on' in frame).length
    expect(answered()).toBe(3)
    await client.drain()
    expect(answered()).toBe(6)
    client.state.hold = false
    await client.drain()
    expect(answered()).toBe(10)
  })

  test('is let go when answers of another kind wait', async () => {
    const { hub } = setUp({ maxQueue: 25_000 })
    const client = await open(hub)
    await client.tell(hi)
    client.state.hold = true
    const weigh = (id: number) => ({ id, call: { ch: 'rooms', p: 1, m: 'weigh', d: 0 } })
    for (let id = 1; id < 50 && client.state.closed === undefined; id++) {
      // oxlint-disable-next-line no-await-in-loop
      await client.tell(weigh(id))
    }
    expect(client.state.closed).toBe(4201)
    expect(client.said.filter((frame) => 'ret' in frame).length).toBe(5)
  })
})

describe('rule 13: at the bound of subscriptions', () => {
  test('a channel that is followed may be followed anew, and no other', async () => {
    const { hub } = setUp({ maxSubscriptions: 3 })
    const client = await open(hub)
    await client.tell(hi, sub(1, 1), sub(2, 2), sub(3, 3))
    await client.tell(sub(4, 4))
    expect(client.said.at(-1)).toMatchObject({ id: 4, err: { code: 'busy', retry: false } })
    await client.tell(sub(5, 1, { m: 'news' }))
    expect(client.said.find(({ id }) => id === 5)).toHaveProperty('on')
  })
})

test('rule 2: who ends a subscription ends the one that was asked for in its place, too', async () => {
  const { hub } = setUp()
  const client = await open(hub)
  await client.tell(hi, sub(1, 1))
  const { c } = client.said.map(({ on }) => on as { c: number } | undefined).find(Boolean) ?? {}
  await client.tell(sub(2, 1), { un: c })
  await client.turn(10)
  expect(client.said.filter(({ id }) => id === 2)).toEqual([])
  expect(hub.size.channels).toBe(0)
})

describe('rule 5: publishes beyond those that may wait', () => {
  test('are not overtaken by what was sent behind them', async () => {
    const { hub, gates } = setUp({ maxPublishing: 2 })
    const client = await open(hub)
    await client.tell(hi, pub(1, 1), pub(2, 1), pub(3, 1))
    expect(codes(client)).toContain('busy')
    gates[0]?.()
    await client.turn()
    // There is room for one, and it was sent behind one that was refused.
    await client.tell(pub(4, 1))
    gates[1]?.()
    await client.turn()
    expect(codes(client).slice(1)).toEqual(['busy', 1, 'busy', 2])
    await client.tell(pub(3, 1))
    gates[2]?.()
    await client.turn()
    expect(codes(client).at(-1)).toBe(3)
  })

  test('need a key, by POST too', async () => {
    const { hub } = setUp()
    const body = [hi, { id: 1, pub: { ch: 'rooms', p: 1, d: 1, k: '' } }]
    const answer = await hub.post({}, body.map((frame) => JSON.stringify(frame)).join('\n'))
    expect(JSON.parse(answer)).toMatchObject({ bye: { code: 4000 } })
  })
})

test('rule 18: a call has an id of its own, or the first could not be ended', async () => {
  const { hub, aborted } = setUp()
  const client = await open(hub)
  const call = { id: 7, call: { ch: 'rooms', p: 1, m: 'wait', d: 0 } }
  await client.tell(hi, call, call)
  expect(client.said.at(-1)).toMatchObject({ id: 7, err: { code: 'invalid', retry: false } })
  await client.tell({ no: 7 })
  expect(aborted).toHaveBeenCalledOnce()
})
