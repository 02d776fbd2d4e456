import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { channel } from '@kitrt/core'
import { createSession } from '@kitrt/core/client'
import type { ClientTransport, Following, Session } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { websocket } from '@kitrt/ws/client'
import * as v from 'valibot'
import { WebSocket as Ws } from 'ws'
import { eventually, within } from '../../../testing/eventually.ts'
import type { RunningServer } from '../../../testing/run-server.ts'

interface Note {
  id: string
  text: string
  by: string
}

/** The same declarations as the app's, as a browser would have them. */
const room = channel('room', {
  params: v.object({ id: v.string() }),
  event: v.object({ id: v.string(), text: v.string(), by: v.string() }),
  publish: v.object({ text: v.string() }),
  state: {
    init: (): Note[] => [],
    apply: (notes, note) => (notes.some(({ id }) => id === note.id) ? notes : [...notes, note]),
  },
  history: { size: 50 },
})
const ticks = channel('ticks', {
  event: v.object({
    at: v.pipe(
      v.string(),
      v.transform((text) => new Date(text)),
    ),
  }),
})
const unserved = channel('unserved', { event: v.string() })

const transports: Record<string, () => ClientTransport> = {
  websocket: () => websocket(),
  'event-stream': () => eventStream(),
}

/** What a reader has been told. */
interface Reader {
  following: Following
  texts(): string[]
  /** What was told event by event. */
  events: Note[]
  jumps: number
  end(): void
}

/** What channels do, over each transport, on every runtime and in every mode; the rules are those of PROTOCOL.md. */
export function channelContract(server: () => RunningServer): void {
  const open: Session[] = []

  afterEach(() => {
    for (const session of open.splice(0)) session.close()
  })

  async function act(name: string, search: Record<string, string> = {}): Promise<unknown> {
    const query = new URLSearchParams({ act: name, ...search })
    const response = await fetch(`${server().url}/realtime/act?${query}`)
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  const publishTo = (id: string, text: string, more: Record<string, string> = {}) =>
    act('publish', { room: id, text, note: randomUUID(), ...more })

  function connect(transport: ClientTransport[], path = '/realtime?user=ada'): Session {
    const session = createSession({
      url: server().url + path,
      transports: transport,
      onError: () => {},
      base: 20,
      cap: 200,
    })
    open.push(session)
    return session
  }

  function read(session: Session, id: string): Reader {
    const events: Note[] = []
    const reader = { events, jumps: 0 } as unknown as Reader
    const { following, end } = session.follow(
      room,
      { id },
      {
        changed() {},
        event: (event) => void events.push(event as Note),
        jumped: () => reader.jumps++,
      },
    )
    const texts = (): string[] => (following.state as Note[]).map(({ text }) => text)
    return Object.assign(reader, { following, end, texts })
  }

  const live = ({ following }: Pick<Reader, 'following'>): Promise<boolean> =>
    eventually(() => following.status === 'live', 15_000)
  const shows = (reader: Reader, texts: string[]): Promise<unknown> =>
    eventually(() => expect(reader.texts()).toEqual(texts) === undefined || true, 15_000)

  for (const [name, transport] of Object.entries(transports)) {
    describe(`over ${name}`, () => {
      test('rule 2: a subscription begins with the state and goes on with the events', async () => {
        const id = randomUUID()
        await publishTo(id, 'before')
        const reader = read(connect([transport()]), id)
        await live(reader)
        expect(reader.texts()).toEqual(['before'])
        await publishTo(id, 'after')
        await shows(reader, ['before', 'after'])
        expect(reader.events.map(({ text }) => text)).toEqual(['after'])
      })

      test('rule 5: what a client publishes is stored once by its key, and everybody gets it', async () => {
        const id = randomUUID()
        const [ada, bob] = [
          connect([transport()], '/realtime?user=ada'),
          connect([transport()], '/realtime?user=bob'),
        ]
        const [adas, bobs] = [read(ada, id), read(bob, id)]
        await Promise.all([live(adas), live(bobs)])
        const stored = await ada.publish(room, { id }, { text: 'hello' }, { key: 'key-1' })
        expect(await ada.publish(room, { id }, { text: 'hello' }, { key: 'key-1' })).toEqual(stored)
        // The key is a user's own: another's is another.
        await bob.publish(room, { id }, { text: 'hi' }, { key: 'key-2' })
        await Promise.all([shows(adas, ['hello', 'hi']), shows(bobs, ['hello', 'hi'])])
        expect(bobs.events.map(({ by }) => by)).toEqual(['ada', 'bob'])
      })

      test('rule 5: publications of one client keep their order', async () => {
        const id = randomUUID()
        const session = connect([transport()])
        const reader = read(session, id)
        const texts = Array.from({ length: 30 }, (_, index) => `note ${index}`)
        await Promise.all(texts.map((text) => session.publish(room, { id }, { text })))
        await shows(reader, texts)
      })

      test('rule 1: who was away gets what was missed, each once and in order', async () => {
        const id = randomUUID()
        const session = connect([transport()])
        const reader = read(session, id)
        await live(reader)
        const texts: string[] = []
        for (let round = 0; round < 5; round++) {
          session.interrupt()
          for (let index = 0; index < 4; index++) {
            texts.push(`${round} ${index}`)
            // oxlint-disable-next-line no-await-in-loop -- in their order
            await publishTo(id, texts.at(-1) as string)
          }
        }
        await shows(reader, texts)
        expect(reader.events.map(({ text }) => text)).toEqual(texts)
        expect(reader.jumps).toBe(1)
      })

      test('rule 3: who missed more than the history holds gets a new state, and is told', async () => {
        const id = randomUUID()
        const session = connect([transport()])
        const reader = read(session, id)
        await live(reader)
        const position = reader.following.position as string
        reader.end()
        const texts = Array.from({ length: 60 }, (_, index) => `note ${index}`)
        // oxlint-disable-next-line no-await-in-loop -- in their order
        for (const text of texts) await publishTo(id, text)
        const statuses: string[] = []
        let missed = false
        const { following, end } = session.follow(
          room,
          { id },
          {
            changed: () => statuses.push(following?.status),
            jumped: (_at, lost) => (missed ||= lost),
          },
          { state: [], position },
        )
        await live({ following })
        expect((following.state as Note[]).map(({ text }) => text)).toEqual(texts)
        expect(statuses).toContain('stale')
        expect(missed).toBe(true)
        end()
      })

      test('rule 11: an event between the load of a page and its subscription is shown once', async () => {
        const id = randomUUID()
        await publishTo(id, 'in the page')
        const page = (await act('snapshot', { room: id })) as { state: Note[]; position: string }
        await publishTo(id, 'in between')
        const { following } = connect([transport()]).follow(room, { id }, { changed() {} }, page)
        expect((following.state as Note[]).map(({ text }) => text)).toEqual(['in the page'])
        await live({ following })
        expect((following.state as Note[]).map(({ text }) => text)).toEqual([
          'in the page',
          'in between',
        ])
      })

      test('rule 12: what a rule denies, and what nobody serves, is denied alike; the rest goes on', async () => {
        const session = connect([transport()])
        const id = randomUUID()
        const [denied, allowed] = [read(session, `private ${id}`), read(session, id)]
        const unknown = session.follow(unserved, undefined, { changed() {} })
        await eventually(() => denied.following.status === 'denied')
        await eventually(() => unknown.following.status === 'denied')
        expect(denied.following.error).toMatchObject({ code: 'denied' })
        await live(allowed)
        await expect(
          session.publish(room, { id: `private ${id}` }, { text: 'x' }),
        ).rejects.toMatchObject({
          code: 'denied',
        })
        await expect(session.publish(room, { id }, { text: 'refuse' })).rejects.toMatchObject({
          code: 'denied',
        })
      })

      test('rule 12: a rule that changes is asked again by recheck, and kick ends at once', async () => {
        const id = `private ${randomUUID()}`
        const user = `user ${randomUUID()}`
        await act('join', { user, room: id })
        const session = connect([transport()], `/realtime?${new URLSearchParams({ user })}`)
        const reader = read(session, id)
        await live(reader)
        await act('recheck', { room: id })
        await publishTo(id, 'still there')
        await shows(reader, ['still there'])
        await act('leave', { user, room: id })
        await act('recheck', { room: id })
        await eventually(() => reader.following.status === 'denied')
        await publishTo(id, 'secret')

        await act('join', { user, room: id })
        const again = read(session, id)
        await live(again)
        await act('kick', { user })
        await eventually(() => again.following.status === 'denied')
        expect(again.following.error?.message).toContain('kicked')
      })

      test('rule 13: what is too large to be published fails alone, before it is sent', async () => {
        const session = connect([transport()], '/realtime/strict?user=ada')
        const id = randomUUID()
        const reader = read(session, id)
        await live(reader)
        await expect(
          session.publish(room, { id }, { text: 'x'.repeat(3_000) }),
        ).rejects.toMatchObject({ code: 'invalid-message' })
        await expect(session.publish(room, { id }, { text: 1n as never })).rejects.toThrow()
        await session.publish(room, { id }, { text: 'small' })
        await shows(reader, ['small'])
      })

      test('a rule that throws is reported, ends nothing, and what is published then fails', async () => {
        const session = connect([transport()])
        await expect(session.publish(room, { id: 'any' }, { text: 'throw' })).rejects.toMatchObject(
          { code: 'failed' },
        )
        const broken = read(session, 'broken')
        const id = randomUUID()
        const whole = read(session, id)
        await live(whole)
        await eventually(() => broken.following.error?.code === 'failed')
        expect(broken.following.status).toBe('connecting')
      })

      test('a channel without a state of its own has the events that the server still has', async () => {
        await act('tick')
        const session = connect([transport()])
        const { following } = session.follow(ticks, undefined, { changed() {} })
        await live({ following })
        const before = (following.state as unknown[]).length
        expect(before).toBeGreaterThan(0)
        await act('tick')
        await eventually(() => (following.state as unknown[]).length === before + 1)
        // Decoded alike, whether they came with the state or after it.
        for (const { at } of following.state as { at: unknown }[]) expect(at).toBeInstanceOf(Date)
      })

      test('rule 8: channels come and go on one connection, without a gap in the others', async () => {
        const session = connect([transport()])
        const ids = Array.from({ length: 6 }, () => randomUUID())
        const first = read(session, ids[0] as string)
        await live(first)
        for (const [index, id] of ids.slice(1).entries()) {
          const other = read(session, id)
          // oxlint-disable-next-line no-await-in-loop -- while the others come and go
          await Promise.all([publishTo(ids[0] as string, `note ${index}`), live(other)])
          other.end()
        }
        await shows(first, ['note 0', 'note 1', 'note 2', 'note 3', 'note 4'])
        expect(first.jumps).toBe(1)
      })

      test('rule 6: a client that is heard of stays, through silence longer than the heartbeat', async () => {
        const session = connect([transport()], '/realtime/strict?user=ada')
        const id = randomUUID()
        const reader = read(session, id)
        await live(reader)
        // Two heartbeats and more, after which a client that nobody hears of is let go; streams of this
        // endpoint live for two seconds at most.
        await new Promise((resolve) => setTimeout(resolve, 3_500))
        await publishTo(id, 'after the silence')
        await shows(reader, ['after the silence'])
      })

      test('a refused connection is denied, and not tried again', async () => {
        const session = connect([transport()], '/realtime?user=banned')
        const reader = read(session, 'any')
        await eventually(() => reader.following.status === 'denied')
        expect(session.status).toBe('refused')
      })
    })
  }

  describe('by hand', () => {
    async function socket(path = '/realtime?user=ada') {
      const opened = new WebSocket(server().url.replace('http', 'ws') + path)
      const frames: Record<string, unknown>[] = []
      opened.addEventListener('message', ({ data }) => {
        for (const line of String(data).split('\n')) frames.push(JSON.parse(line))
      })
      const closed = once(opened, 'close') as unknown as Promise<[CloseEvent]>
      await within(once(opened, 'open'), 15_000, 'a socket')
      return {
        frames,
        send: (...lines: unknown[]) =>
          opened.send(lines.map((line) => JSON.stringify(line)).join('\n')),
        raw: (text: string) => opened.send(text),
        code: async () => (await within(closed, 15_000, 'the close'))[0].code,
        frame: (test_: (frame: Record<string, unknown>) => unknown) =>
          eventually(() => frames.find(test_), 10_000),
        close: () => opened.close(),
      }
    }

    const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${server().url}/realtime?user=ada`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/jsonl', ...headers },
      })

    test('rule 2: the frames are those of PROTOCOL.md', async () => {
      const id = randomUUID()
      const client = await socket()
      client.send({ hi: { v: 1 } }, { id: 1, sub: { ch: 'room', p: { id } }, more: 'ignored' })
      const on = await client.frame((frame) => frame['id'] === 1)
      expect(client.frames[0]).toEqual({
        ok: { v: 1, hb: 20_000, max: 65_536, u: expect.any(String) },
      })
      const { c, at } = on['on'] as { c: number; at: string }
      expect(on).toEqual({ id: 1, on: { c, at, s: [] } })
      await client.frame((frame) => frame['up'] === at)
      client.send({ id: 2, pub: { c, d: { text: 'x' }, k: 'k-1' } })
      const ack = await client.frame((frame) => frame['id'] === 2)
      const event = await client.frame((frame) => frame['k'] === 'k-1')
      expect(event).toEqual({
        c,
        n: (ack['ack'] as { n: string }).n,
        p: at.split('.').at(-1),
        d: { id: 'k-1', text: 'x', by: 'ada' },
        k: 'k-1',
      })
      client.send({ id: 3, pub: { c, d: { text: 'x' }, k: 'k-1' } })
      expect(await client.frame((frame) => frame['id'] === 3)).toEqual({
        id: 3,
        ack: { n: event['n'], dup: true },
      })
      client.close()
    })

    test.each([
      ['rule 7: what is no frame', 4000, ['{"hi":{"v":1}}', 'nonsense']],
      ['rule 7: a frame before hi', 4000, ['{"id":1,"sub":{"ch":"room","p":{"id":"1"}}}']],
      ['rule 7: a subscription without an id', 4000, ['{"hi":{"v":1}}\n{"sub":{"ch":"room"}}']],
      [
        'rule 7: a position that is none',
        4000,
        ['{"hi":{"v":1}}\n{"id":1,"sub":{"ch":"room","p":{"id":"1"},"at":"x"}}'],
      ],
      ['rule 16: a version that is not spoken', 4001, ['{"hi":{"v":99}}']],
      [
        'rule 13: a message that is too large',
        4009,
        ['{"hi":{"v":1}}', `{"x":"${'x'.repeat(70_000)}"}`],
      ],
      [
        'rule 13: JSON that is too deep',
        4000,
        ['{"hi":{"v":1}}', `{"x":${'['.repeat(9_000)}${']'.repeat(9_000)}}`],
      ],
      [
        'rule 13: too many frames',
        4202,
        ['{"hi":{"v":1}}', Array.from({ length: 400 }, () => '{}').join('\n')],
      ],
    ])('%s is answered by bye and the code %i', async (_what, code, messages) => {
      const client = await socket()
      for (const message of messages) client.raw(message)
      expect(await client.code()).toBe(code)
      expect(client.frames.at(-1)).toMatchObject({ bye: { code } })
    })

    test('rule 13: a client that says nothing, and one that does not answer, are let go', async () => {
      const silent = await socket('/realtime/strict')
      const deaf = await socket('/realtime/strict')
      deaf.send({ hi: { v: 1 } })
      expect(await silent.code()).toBe(4100)
      expect(await deaf.code()).toBe(4100)
      expect(deaf.frames).toContainEqual({})
    })

    test('rule 13: one connection follows so many channels and no more', async () => {
      const client = await socket('/realtime/strict')
      const subs = [1, 2, 3, 4].map((id) => ({ id, sub: { ch: 'room', p: { id: `many ${id}` } } }))
      client.send({ hi: { v: 1 } }, ...subs)
      expect(await client.frame((frame) => frame['id'] === 4)).toMatchObject({
        err: { code: 'busy' },
      })
      await client.frame((frame) => frame['id'] === 3 && frame['on'])
      client.close()
    })

    test('rule 12: a position and a number of somebody else give no right', async () => {
      const id = `private ${randomUUID()}`
      await act('join', { user: 'ada', room: id })
      await publishTo(id, 'secret')
      const ada = await socket()
      ada.send({ hi: { v: 1 } }, { id: 1, sub: { ch: 'room', p: { id } } })
      const { c, at } = (await ada.frame((frame) => frame['on']))['on'] as { c: number; at: string }
      const eve = await socket('/realtime?user=eve')
      eve.send(
        { hi: { v: 1 } },
        { id: 1, sub: { ch: 'room', p: { id }, at } },
        { id: 2, pub: { c, d: { text: 'x' }, k: 'k' } },
      )
      expect(await eve.frame((frame) => frame['id'] === 1)).toMatchObject({
        err: { code: 'denied' },
      })
      expect(await eve.frame((frame) => frame['id'] === 2)).toMatchObject({
        err: { code: 'unknown' },
      })
      expect(JSON.stringify(eve.frames)).not.toContain('secret')
      for (const one of [ada, eve]) one.close()
    })

    test('rule 8: frames that are posted are answered in the response, wherever the stream is', async () => {
      const id = randomUUID()
      const pub = (text: string, k: string, frame: number) =>
        JSON.stringify({ id: frame, pub: { ch: 'room', p: { id }, d: { text }, k } })
      const response = await post(
        ['{"hi":{"v":1}}', pub('one', 'k1', 1), pub('two', 'k2', 2)].join('\n'),
      )
      expect(response.headers.get('content-type')).toBe('application/jsonl')
      const answers = (await response.text()).split('\n').map((line) => JSON.parse(line))
      expect(answers).toMatchObject([
        { id: 1, ack: {} },
        { id: 2, ack: {} },
      ])
      expect(await act('history', { room: id })).toMatchObject([
        { event: { text: 'one' } },
        { event: { text: 'two' } },
      ])
      expect(await (await post('nonsense')).text()).toBe('{"bye":{"code":4000}}')
      expect((await post('x'.repeat(300_000))).status).toBe(413)
    })

    /** A client that follows a room whose state is larger than any buffer of the network, and reads nothing. */
    async function reluctant(path: string): Promise<{ client: Ws; id: string }> {
      const id = randomUUID()
      for (let note = 0; note < 200; note++) {
        // oxlint-disable-next-line no-await-in-loop -- bodies are bounded
        await act('fill', { room: id, bytes: '100000' })
      }
      const client = new Ws(server().url.replace('http', 'ws') + path)
      client.on('error', () => {})
      await within(once(client, 'open'), 15_000, 'a socket')
      client.pause()
      client.send(`{"hi":{"v":1}}\n{"id":1,"sub":{"ch":"room","p":${JSON.stringify({ id })}}}`)
      return { client, id }
    }

    test('rule 9: a client that leaves while much waits for it holds nobody up', async () => {
      const loaded = async () => ((await act('counts')) as { snapshots: number }).snapshots
      const before = await loaded()
      const { client } = await reluctant('/realtime?user=ada')
      await eventually(async () => (await loaded()) > before)
      // It has been told what is loaded, or is being told.
      await act('size')
      client.close()
      client.terminate()
      const id = randomUUID()
      const reader = read(connect([websocket()]), id)
      await live(reader)
      await publishTo(id, 'on time')
      await shows(reader, ['on time'])
    })

    test('rule 9: a client that takes nothing is let go, and others get what they follow', async () => {
      const { client, id } = await reluctant('/realtime/strict?user=ada')
      const closed = once(client, 'close')
      const other = randomUUID()
      const reader = read(connect([websocket()], '/realtime/strict?user=bob'), other)
      await live(reader)
      await publishTo(id, 'for who does not read')
      await publishTo(other, 'on time')
      await shows(reader, ['on time'])
      await eventually(async () => {
        const { connections } = (await act('size')) as { connections: number }
        return connections === 1
      }, 15_000)
      client.terminate()
      await closed
    })

    test('rule 14: pages of elsewhere follow and publish nothing', async () => {
      const body = '{"hi":{"v":1}}'
      expect((await post(body, { origin: 'https://evil.example' })).status).toBe(403)
      expect((await post(body, { origin: 'null' })).status).toBe(403)
      expect((await post(body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
      expect((await post(body, { origin: server().url })).status).toBe(200)
      // As behind a proxy that ends TLS.
      expect((await post(body, { origin: server().url.replace('http', 'https') })).status).toBe(200)
      expect((await post(body)).status).toBe(200)
    })
  })

  test('rule 7: a transport that does not work is left for the next, and remembered', async () => {
    const dead = (): ClientTransport => ({
      name: 'dead',
      open: ({ onEnd }) => {
        queueMicrotask(() => onEnd({ outcome: 'later' }))
        return { send() {}, close() {} }
      },
    })
    const kept: string[] = []
    const session = createSession({
      url: `${server().url}/realtime`,
      transports: [dead(), eventStream()],
      memory: { get: () => kept.at(-1), set: (name) => void kept.push(name) },
    })
    open.push(session)
    const reader = read(session, randomUUID())
    await live(reader)
    expect(session.transport).toBe('event-stream')
    expect(kept).toContain('event-stream')
  })

  test('rule 3: however many need a state at once, it is loaded once', async () => {
    const id = randomUUID()
    const { snapshots } = (await act('counts')) as { snapshots: number }
    const readers = Array.from({ length: 20 }, () => read(connect([websocket()]), id))
    await Promise.all(readers.map(live))
    const after = (await act('counts')) as { snapshots: number }
    expect(after.snapshots - snapshots).toBeLessThan(4)
  })
}
