import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { channel } from '../../../../src/channel.ts'
import type { AnySchema } from '../../../../src/schema.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import { carriedChannel } from '../../../../src/server/hub/served-handle.ts'
import type { Engine } from '../../../../src/server/engine.ts'
import { memory } from '../../../../src/server/memory/index.ts'

const text: AnySchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof value === 'string' ? { value } : { issues: [{ message: 'expected a text' }] },
  },
}
const notes = channel('notes', {
  event: text,
  state: {
    init: (): string[] => [],
    apply: (list: string[], note: string) => (list.includes(note) ? list : [...list, note]),
  },
  history: { size: 5 },
})

function setUp(engine: Engine = memory()) {
  const saved: string[] = []
  const banned = new Set(['eve'])
  const onError = vi.fn()
  const hub = createHub<{ user: string }>({
    engine,
    user: ({ user }) => ({ id: user }),
    onError,
    engineTimeout: 200,
  })
  onTestFinished(() => hub.close())
  const loads = { count: 0, wait: Promise.resolve() }
  const served = hub.serve(notes, {
    subscribe: ({ user }) => !banned.has(user?.id ?? ''),
    snapshot: async () => {
      loads.count++
      const list = [...saved]
      await loads.wait
      return list
    },
  })()
  return { hub, saved, banned, served, loads, onError }
}

describe('the server’s own hold on a channel', () => {
  test('rule 11: a snapshot has all that was published before it was asked for, though it was loaded before', async () => {
    const { served, saved, loads } = setUp()
    const { promise, resolve } = Promise.withResolvers<void>()
    loads.wait = promise
    const first = served.snapshot({ system: true })
    await vi.waitFor(() => expect(loads.count).toBe(1))
    saved.push('late')
    await served.publish('late')
    const second = served.snapshot({ system: true })
    resolve()
    expect((await second).current).toEqual(['late'])
    expect(loads.count).toBe(1)
    expect((await first).current).toEqual(['late'])
  })

  test('a state that one request changes is not the next one’s', async () => {
    const { served, saved } = setUp()
    saved.push('one')
    const [one, other] = await Promise.all([
      served.snapshot({ system: true }),
      served.snapshot({ system: true }),
    ])
    one.current.push('mine')
    expect(other.current).toEqual(['one'])
  })

  test('more was published while a state was loaded than the history holds: it is loaded again', async () => {
    const { served, saved, loads } = setUp()
    const { promise, resolve } = Promise.withResolvers<void>()
    loads.wait = promise
    const asked = served.snapshot({ system: true })
    await vi.waitFor(() => expect(loads.count).toBe(1))
    for (let note = 0; note < 9; note++) {
      saved.push(`note ${note}`)
      await served.publish(`note ${note}`)
    }
    resolve()
    expect((await asked).current).toHaveLength(9)
    expect(loads.count).toBe(2)
  })

  test('rule 12: a snapshot asks the rule, for who is said or for nobody', async () => {
    const { served } = setUp()
    expect((await served.snapshot({ event: { user: 'ada' } })).current).toEqual([])
    await expect(served.snapshot({ event: { user: 'eve' } })).rejects.toMatchObject({
      code: 'denied',
    })
    await expect(served.snapshot()).rejects.toMatchObject({ code: 'no-scope' })
    await expect(served.values().next()).rejects.toMatchObject({ code: 'no-scope' })
  })

  test('values give the state now and after each change, and end with their reader', async () => {
    const { served, saved, hub } = setUp()
    const values = served.values({ event: { user: 'ada' } })
    expect((await values.next()).value).toEqual([])
    expect(hub.size.channels).toBe(1)
    const next = values.next()
    saved.push('one')
    await served.publish('one')
    expect((await next).value).toEqual(['one'])
    await values.return(undefined)
    expect(hub.size.channels).toBe(0)
  })

  test('values end at once with a reader that waits', async () => {
    const { served, hub } = setUp()
    const values = served.values({ event: { user: 'ada' } })
    await values.next()
    const next = values.next()
    await values.return()
    expect(await next).toEqual({ value: undefined, done: true })
    expect(hub.size.channels).toBe(0)
  })

  test('values end with the request, though a generator of the app waits for them', async () => {
    const { served, hub } = setUp()
    const request = new AbortController()
    const event = { user: 'ada', request: { signal: request.signal } }
    async function* doubled(): AsyncGenerator {
      for await (const value of served.values({ event })) yield [value, value]
    }
    const values = doubled()
    expect((await values.next()).value).toEqual([[], []])
    const next = values.next()
    request.abort()
    expect((await next).done).toBe(true)
    expect(hub.size.channels).toBe(0)
    // Who has left before is told nothing.
    expect((await served.values({ event }).next()).done).toBe(true)
  })

  test('rule 12: values end when the right, or the session, has expired', async () => {
    const hub = createHub<{ user: string; session?: number }>({
      engine: memory(),
      user: ({ user, session }) => ({ id: user, expires: session }),
    })
    onTestFinished(() => hub.close())
    let until = 0
    const served = hub.serve(notes, {
      subscribe: ({ user }) => (user?.id === 'ada' ? { expires: until } : true),
    })()
    for (const user of ['ada', 'bob']) {
      until = Date.now() + 300
      const event = user === 'ada' ? { user } : { user, session: until }
      const values = served.values({ event })
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await values.next()).toEqual({ value: [], done: false })
      // oxlint-disable-next-line no-await-in-loop
      await expect(values.next()).rejects.toMatchObject({ code: 'denied' })
      expect(Date.now()).toBeGreaterThanOrEqual(until)
    }
  })

  test('rule 12: values ask the rule at each change and after recheck, and end when it denies, or are kicked', async () => {
    const { served, hub, saved, banned } = setUp()
    const other = served.values({ event: { user: 'bob' } })
    await other.next()
    const acts = [
      () => {
        saved.push('a change')
        return served.publish('a change')
      },
      () => hub.recheck({ channel: notes }),
      () => hub.recheck({ user: 'ada' }),
      () => hub.kick({ user: 'ada', channel: notes }),
    ]
    for (const [index, act] of acts.entries()) {
      banned.delete('ada')
      const values = served.values({ event: { user: 'ada' } })
      await values.next()
      const ended = expect(values.next(), String(index)).rejects.toMatchObject({ code: 'denied' })
      // A kick needs no rule.
      if (index < 3) banned.add('ada')
      await act()
      await ended
    }
    // Nobody else is meant.
    expect((await other.next()).value).toEqual(['a change'])
    const next = other.next()
    saved.push('to bob')
    await served.publish('to bob')
    expect((await next).value).toContain('to bob')
    await other.return()
    expect(hub.size.channels).toBe(0)
  })

  test('rule 5: a key is published once; history has what is kept', async () => {
    const { served } = setUp()
    const { position } = await served.publish('one', { key: 'k' })
    expect(await served.publish('one', { key: 'k' })).toEqual({ position, duplicate: true })
    await served.publish('two')
    expect((await served.history()).map(({ event }) => event)).toEqual(['one', 'two'])
  })

  test('what does not fit the schema is not published', async () => {
    const { served } = setUp()
    await expect(served.publish(1)).rejects.toMatchObject({ code: 'invalid-message' })
    expect(await served.history()).toEqual([])
  })

  test('an engine that does not answer is unavailable in time', async () => {
    const engine = { ...memory(), append: () => new Promise<never>(() => {}) }
    const { served } = setUp(engine)
    await expect(served.publish('one')).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('an event that the schema does not know any more is left out and reported', async () => {
    const engine = memory()
    const { served, onError } = setUp(engine)
    await engine.append('notes', '"d":{"of":"an older deploy"}}', {
      keyTtl: 1,
      size: 5,
      ttl: 60_000,
    })
    await served.publish('new')
    const plain = createHub({ engine }).serve(notes, { subscribe: () => true })()
    expect((await plain.snapshot({ system: true })).current).toEqual(['new'])
    expect(carriedChannel(await served.snapshot({ system: true }))).toMatchObject({
      channel: 'notes',
    })
    void onError
  })
})
