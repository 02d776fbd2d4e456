import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channel } from '../../../../src/channel.ts'
import type { Schema } from '../../../../src/schema.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import type { HubLimits } from '../../../../src/server/hub/limits.ts'
import type { Metric } from '../../../../src/server/hub/metrics.ts'
import { memory } from '../../../../src/server/memory/index.ts'
import { open } from './open-client.ts'
import { anything } from '../../anything.ts'

const log = channel('log', { event: anything, publish: anything })

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(limits: Partial<HubLimits> = {}, mayFollow: () => unknown = () => true) {
  const metrics: Metric[] = []
  const onError = vi.fn()
  const hub = createHub({
    engine: memory(),
    user: () => ({ id: 'ada' }),
    limits,
    onError,
    onMetric: (metric) => void metrics.push(metric),
  })
  const served = hub.serve(log, {
    subscribe: mayFollow as () => boolean,
    publish: ({ event }) => event,
  })()
  return { hub, served, metrics, onError }
}

const pointers = channel('pointers', {
  event: anything as Schema<{ who: string; x: number }>,
  policy: 'latest',
  key: ({ who }) => who,
})
const typing = channel('typing', { event: anything as Schema<string>, policy: 'volatile' })
const hall = channel('hall', { event: anything, presence: anything as Schema<string> })

const hi = { hi: { v: 1 } }
const sub = { id: 1, sub: { ch: 'log' } }

describe('one connection of the hub', () => {
  test('rule 2: what one turn of the event loop brings goes in one message', async () => {
    const { hub, served } = setUp()
    const client = await open(hub)
    await client.tell(hi, sub)
    const before = client.state.messages
    for (let note = 0; note < 16; note++) void served.publish(note)
    await client.turn()
    expect(client.said.filter((frame) => 'n' in frame)).toHaveLength(16)
    expect(client.state.messages).toBe(before + 1)
  })

  test('rule 9: who reads slowly is told nothing until there is room, and then what was missed', async () => {
    const { hub, served } = setUp({ maxQueue: 1_000 })
    const client = await open(hub)
    const other = await open(hub)
    for (const one of [client, other]) await one.tell(hi, sub)
    await client.stall()
    for (let note = 0; note < 5; note++) {
      await served.publish(note)
      await client.turn()
    }
    const notes = ({ said }: typeof client): unknown[] =>
      said.filter((frame) => 'n' in frame).map(({ d }) => d)
    expect(notes(client)).toEqual([])
    expect(notes(other)).toEqual([0, 1, 2, 3, 4])
    await client.drain()
    expect(notes(client)).toEqual([0, 1, 2, 3, 4])
    expect(client.said.at(-1)).toHaveProperty('up')
  })

  test('rule 10: who reads slowly gets, of what is latest, the newest of each key when there is room', async () => {
    const { hub } = setUp({ maxFreshQueue: 1_000 })
    const point = hub.serve(pointers, { subscribe: () => true })()
    const [client, other] = [await open(hub), await open(hub)]
    for (const one of [client, other]) await one.tell(hi, { id: 1, sub: { ch: 'pointers' } })
    await client.stall()
    for (let x = 0; x < 100; x++) {
      for (const who of ['ada', 'bob', 'eve']) void point.publish({ who, x })
      await client.turn()
    }
    const told = ({ said }: typeof client): unknown[] =>
      said.filter((frame) => 'n' in frame).map(({ d }) => d)
    expect(told(client)).toEqual([])
    expect(told(other)).toHaveLength(300)
    await client.drain()
    expect(told(client)).toEqual(['ada', 'bob', 'eve'].map((who) => ({ who, x: 99 })))
    expect(client.said.at(-1)).toHaveProperty('up')
    // From then on it is told what is new.
    void point.publish({ who: 'bob', x: 100 })
    await client.turn()
    expect(told(client).at(-1)).toEqual({ who: 'bob', x: 100 })
  })

  test('rule 10: of many events of one key in one turn the newest is told', async () => {
    const { hub } = setUp()
    const point = hub.serve(pointers, { subscribe: () => true })()
    const client = await open(hub)
    await client.tell(hi, { id: 1, sub: { ch: 'pointers' } })
    for (let x = 0; x < 10; x++) void point.publish({ who: x % 2 ? 'ada' : 'bob', x })
    await client.turn()
    expect(client.said.filter((frame) => 'n' in frame).map(({ d }) => d)).toEqual([
      { who: 'bob', x: 8 },
      { who: 'ada', x: 9 },
    ])
  })

  test('rule 10: what is volatile is not kept for who reads slowly, and that is counted', async () => {
    const { hub, metrics } = setUp({ maxFreshQueue: 1_000 })
    const say = hub.serve(typing, { subscribe: () => true })()
    const client = await open(hub)
    await client.tell(hi, { id: 1, sub: { ch: 'typing' } })
    await client.stall()
    await say.publish('lost')
    await client.turn()
    await client.drain()
    await say.publish('told')
    await client.turn()
    expect(client.said.filter((frame) => 'd' in frame).map(({ d }) => d)).toEqual(['told'])
    expect(metrics.find(({ name }) => name === 'kitrt.dropped.messages')).toMatchObject({
      value: 1,
    })
  })

  test('rule 15: who reads slowly gets the whole list when there is room', async () => {
    const { hub } = setUp({ maxQueue: 1_000 })
    hub.serve(hall, { subscribe: () => true, presence: ({ meta }) => meta ?? 'nobody' })
    const client = await open(hub)
    const enter = { id: 1, sub: { ch: 'hall', m: 'Ada' } }
    await client.tell(hi, enter)
    await client.turn(100)
    const lists = (): unknown[] => client.said.filter((frame) => 'm' in frame).map(({ m }) => m)
    expect(lists()).toEqual([{ n: 1, all: [{ key: 'ada', meta: 'Ada' }] }])
    await client.stall()
    const other = await open(hub)
    await other.tell(hi, { id: 1, sub: { ch: 'hall', m: 'Countess' } })
    await client.turn(100)
    expect(lists()).toHaveLength(1)
    await client.drain()
    expect(lists().at(-1)).toEqual({ n: 1, all: [{ key: 'ada', meta: 'Countess' }] })
  })

  test('rule 12: a recheck asks anew what the others see of a member, with what the browser last said', async () => {
    const { hub } = setUp()
    let title: string | undefined = 'Miss'
    const halls = hub.serve(hall, {
      subscribe: () => true,
      presence: ({ meta }) => title && `${title} ${meta}`,
    })()
    const client = await open(hub)
    await client.tell(hi, { id: 1, sub: { ch: 'hall', m: 'Byron' } })
    await client.tell({ id: 2, sub: { ch: 'hall', m: 'Lovelace' } })
    const seen = async (): Promise<unknown[]> => {
      await client.turn(100)
      return (await halls.members()).list.map(({ meta }) => meta)
    }
    expect(await seen()).toEqual(['Miss Lovelace'])
    title = 'Countess'
    await hub.recheck({ user: 'ada', channel: hall })
    expect(await seen()).toEqual(['Countess Lovelace'])
    title = undefined
    await hub.recheck()
    expect(await seen()).toEqual([])
    title = 'Countess'
    await hub.recheck()
    expect(await seen()).toEqual(['Countess Lovelace'])
    client.connection.closed()
    // Who has left while the rule is asked does not come back by it.
    await hub.recheck()
    await client.turn(60_000)
    expect(await seen()).toEqual([])
  })

  test('rule 15: a late end of one connection does not end the lease of the next', async () => {
    const { hub } = setUp({ grace: 1_000 })
    const halls = hub.serve(hall, { subscribe: () => true, presence: () => 'there' })()
    const [before, next] = [await open(hub), await open(hub)]
    for (const one of [before, next]) await one.tell(hi, { id: 1, sub: { ch: 'hall' } })
    before.connection.closed()
    await next.turn(5_000)
    expect(await halls.members()).toEqual({ list: [{ key: 'ada', meta: 'there' }], count: 1 })
    next.connection.closed()
    await next.turn(900)
    expect((await halls.members()).count).toBe(1)
    await next.turn(200)
    expect((await halls.members()).count).toBe(0)
  })

  test('rule 15: the whole grace time begins when a connection ends, whenever its lease was renewed', async () => {
    const { hub } = setUp({ grace: 9_000 })
    const halls = hub.serve(hall, { subscribe: () => true, presence: () => 'there' })()
    const client = await open(hub)
    await client.tell(hi, { id: 1, sub: { ch: 'hall' } })
    // Leases are renewed after a third of the time.
    await client.turn(2_900)
    client.connection.closed()
    await client.turn(8_900)
    expect((await halls.members()).count).toBe(1)
    await client.turn(200)
    expect((await halls.members()).count).toBe(0)
  })

  test('rule 15: who is not to be seen any more is gone at once', async () => {
    const { hub } = setUp({ grace: 9_000 })
    const presence = ({ meta }: { meta: string | undefined }) => meta !== 'ghost' && 'there'
    const halls = hub.serve(hall, { subscribe: () => true, presence })()
    const client = await open(hub)
    await client.tell(hi, { id: 1, sub: { ch: 'hall' } })
    await client.turn()
    expect((await halls.members()).count).toBe(1)
    await client.tell({ id: 2, sub: { ch: 'hall', m: 'ghost' } })
    await client.turn()
    expect((await halls.members()).count).toBe(0)
  })

  test('rule 9: who takes nothing for too long is closed with 4201; who takes a little is not', async () => {
    const { hub, served } = setUp({ maxQueueAge: 10_000, heartbeat: 60_000 })
    const [stuck, slow] = [await open(hub), await open(hub)]
    for (const one of [stuck, slow]) {
      await one.tell(hi, sub)
      one.state.buffered = 500
    }
    await served.publish('x')
    await stuck.turn()
    await stuck.turn(9_000)
    slow.state.buffered -= 100
    await stuck.turn(2_000)
    expect(stuck.state.closed).toBe(4201)
    expect(stuck.said.at(-1)).toMatchObject({ bye: { code: 4201 } })
    expect(slow.state.closed).toBeUndefined()
  })

  test('rule 6: silence is broken by a heartbeat, and a client that does not answer it is let go', async () => {
    const { hub } = setUp({ heartbeat: 1_000 })
    const client = await open(hub)
    await client.tell(hi)
    await client.turn(1_000)
    expect(client.said.at(-1)).toEqual({})
    await client.tell({})
    await client.turn(1_400)
    expect(client.state.closed).toBeUndefined()
    await client.turn(200)
    expect(client.state.closed).toBe(4100)
    const stream = await open(hub, false)
    await stream.tell(hi)
    await stream.turn(10_000)
    expect(stream.state.closed).toBeUndefined()
  })

  test('rule 6: a client that is told things all the time is asked for a sign of life as well', async () => {
    const { hub, served } = setUp({ heartbeat: 1_000 })
    const [reader, gone] = [await open(hub), await open(hub)]
    for (const one of [reader, gone]) await one.tell(hi, sub)
    let answered = 0
    for (let note = 0; note < 60; note++) {
      await served.publish(note)
      await reader.turn(100)
      const asked = reader.said.filter((frame) => Object.keys(frame).length === 0).length
      if (asked > answered) await reader.tell({})
      answered = asked
    }
    expect(reader.state.closed).toBeUndefined()
    expect(reader.said.some(({ d }) => d === 59)).toBe(true)
    expect(answered).toBeLessThan(8)
    expect(gone.state.closed).toBe(4100)
  })

  test('rule 12: a kick while the rule is asked is not lost', async () => {
    const answers: ((allowed: boolean) => void)[] = []
    const { hub } = setUp({}, () => new Promise((resolve) => answers.push(resolve)))
    const client = await open(hub)
    await client.tell(hi, sub)
    await hub.kick({ user: 'ada' })
    answers.shift()?.(true)
    await client.turn()
    // What was allowed before the kick counts for nothing: it is asked again.
    expect(client.said.some((frame) => 'on' in frame)).toBe(false)
    answers.shift()?.(false)
    await client.turn()
    expect(client.said.at(-1)).toMatchObject({ id: 1, err: { code: 'denied' } })
  })

  test('rule 12: rules are asked anew every minute', async () => {
    let allowed = true
    const { hub } = setUp({ heartbeat: 600_000 }, () => allowed)
    const client = await open(hub)
    await client.tell(hi, sub)
    allowed = false
    await client.turn(66_000)
    expect(client.said.at(-1)).toMatchObject({ off: 'denied' })
  })

  test('a rule that breaks later takes nothing away, and is reported', async () => {
    let broken = false
    const { hub, onError, served } = setUp({}, () => {
      if (broken) throw new Error('no database')
      return true
    })
    const client = await open(hub)
    await client.tell(hi, sub)
    broken = true
    await hub.recheck()
    await client.turn()
    await served.publish('still there')
    await client.turn()
    expect(client.said.at(-1)).toMatchObject({ d: 'still there' })
    expect(onError).toHaveBeenCalledTimes(1)
  })

  test('rule 2: a sub to a channel replaces the one before, and un ends it', async () => {
    const { hub, served } = setUp()
    const client = await open(hub)
    await client.tell(hi, sub)
    await client.tell({ id: 2, sub: { ch: 'log' } })
    await served.publish('once')
    await client.turn()
    expect(client.said.filter(({ d }) => d === 'once')).toHaveLength(1)
    const { c } = client.said.find(({ d }) => d === 'once') as { c: number }
    await client.tell({ un: c }, { un: c }, { un: 99 })
    expect(hub.size.channels).toBe(0)
    await served.publish('nobody')
    await client.turn()
    expect(JSON.stringify(client.said)).not.toContain('nobody')
  })

  test('the end of a connection leaves nothing, and comes once', async () => {
    const { hub } = setUp()
    const client = await open(hub)
    await client.tell(hi, sub)
    client.connection.closed()
    client.connection.closed()
    client.connection.goAway(0)
    expect(hub.size).toEqual({ connections: 0, channels: 0 })
    expect(client.state.closed).toBeUndefined()
  })

  test('a hub that closes tells each client when to come back; closing twice is once', async () => {
    const { hub } = setUp({ spread: 1_000 })
    const client = await open(hub)
    await client.tell(hi)
    hub.close()
    hub.close()
    expect(client.state.closed).toBe(4200)
    const { bye } = client.said.at(-1) as { bye: { after: number } }
    expect(bye.after).toBeLessThanOrEqual(1_000)
    await client.turn()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('what is counted goes through onMetric, once for all that a turn brings', async () => {
    const { hub, served, metrics } = setUp()
    const totals = (): Record<string, number> => {
      const all: Record<string, number> = {}
      for (const { name, type, value, attributes } of metrics) {
        const key = [name, ...Object.values(attributes)].join(' ')
        all[key] = type === 'gauge' ? value : (all[key] ?? 0) + value
      }
      return all
    }
    const [client, other] = [await open(hub), await open(hub)]
    await client.tell(hi, sub, { id: 2, pub: { ch: 'log', d: 'x', k: 'k' } })
    await other.tell(hi, { id: 1, sub: { ch: 'log', at: '1.1.no-such' } })
    metrics.length = 0
    await served.publish('ü')
    await served.publish('again', { key: 'once' })
    await served.publish('again', { key: 'once' })
    await client.tell({ id: 3, sub: { ch: 'nobody serves it' } })
    expect(totals()).toEqual({
      'kitrt.published.events': 2,
      'kitrt.sent.events': 2,
      'kitrt.received.frames': 1,
      'kitrt.refusals unknown': 1,
      'kitrt.io receive': '{"id":3,"sub":{"ch":"nobody serves it"}}'.length,
      'kitrt.io transmit': expect.any(Number),
    })
    expect(metrics.filter(({ name }) => name === 'kitrt.sent.events').length).toBeLessThanOrEqual(2)
    client.connection.closed()
    other.connection.closed()
    await client.turn()
    expect(totals()).toMatchObject({
      'kitrt.connection.count': 0,
      'kitrt.subscription.count': 0,
      'kitrt.channel.count': 0,
    })
  })

  test('subscriptions, resets, refused users and bytes that wait are measured', async () => {
    const { hub, served, metrics } = setUp()
    const last = (name: string) => metrics.findLast((metric) => metric.name === name)
    const [client, old] = [await open(hub), await open(hub)]
    await served.publish('x')
    await client.tell(hi, sub)
    expect(last('kitrt.subscription.count')?.value).toBe(1)
    expect(last('kitrt.snapshots')?.value).toBe(1)
    await old.tell(hi, { id: 1, sub: { ch: 'log', at: 'another-life.1.x' } })
    expect(last('kitrt.resets')?.attributes).toEqual({ 'kitrt.reset.reason': 'epoch' })
    expect(last('kitrt.subscription.count')?.value).toBe(1)
    await client.stall()
    await served.publish('y')
    await client.turn(1_000)
    expect(last('kitrt.queue.size')?.value).toBe(2_000)
    client.state.buffered = 0
    await client.turn(1_000)
    expect(last('kitrt.queue.size')?.value).toBe(0)
    const refusing = createHub({
      engine: memory(),
      user: () => {
        throw new Error('banned')
      },
      onMetric: (metric) => void metrics.push(metric),
    })
    await expect(refusing.connect({})).rejects.toThrow('banned')
    await client.turn()
    expect(last('kitrt.refusals')?.attributes).toEqual({ 'error.type': 'user' })
  })

  test('an onMetric that throws is reported, and nobody else notices', async () => {
    const onError = vi.fn()
    const hub = createHub({
      engine: memory(),
      user: () => ({ id: 'ada' }),
      onError,
      onMetric() {
        throw new Error('the meter is broken')
      },
    })
    const client = await open(hub as never)
    await client.tell(hi)
    expect(client.said[0]).toHaveProperty('ok')
    expect(onError).toHaveBeenCalledWith(expect.any(Error), { stage: 'onMetric' })
  })
})
