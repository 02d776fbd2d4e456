import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { AnyChannel } from '../../core/src/channel.ts'
import { call, createSession } from '@kitrt/core/client'
import type { ClientTransport, Following, Session } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { websocket } from '@kitrt/ws/client'
import { eventually } from '../../../testing/eventually.ts'
import type { RunningServer } from '../../../testing/run-server.ts'
import { desk, diary, hall, pointers, typing } from './app/src/lib/social.ts'

const transports: Record<string, () => ClientTransport> = {
  websocket: () => websocket(),
  'event-stream': () => eventStream(),
}

/** What channels do beside logs, over each transport, on every runtime and in every mode; the rules are those of PROTOCOL.md. */
export function socialContract(server: () => RunningServer): void {
  const open: Session[] = []

  afterEach(() => {
    for (const session of open.splice(0)) session.close()
  })

  async function act(name: string, search: Record<string, string> = {}): Promise<unknown> {
    const query = new URLSearchParams({ act: name, ...search })
    const response = await fetch(`${server().url}/realtime/social/act?${query}`)
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  for (const [name, transport] of Object.entries(transports)) {
    function connect(search: string): Session {
      const session = createSession({
        url: `${server().url}/realtime/social?${search}`,
        transports: [transport()],
        onError: () => {},
        base: 20,
        cap: 200,
      })
      open.push(session)
      return session
    }

    function read(session: Session, channel: AnyChannel, id: string, meta?: unknown) {
      const events: unknown[] = []
      const statuses: string[] = []
      const reader: { following: Following; end: () => void } = session.follow(
        channel,
        { id },
        {
          changed: () => reader && statuses.push(reader.following.status),
          event: (event) => void events.push(event),
        },
        undefined,
        meta,
      )
      return { ...reader, events, statuses }
    }

    type Reader = ReturnType<typeof read>
    const live = ({ following }: Reader): Promise<boolean> =>
      eventually(() => following.status === 'live', 15_000)
    const shows = (reader: Reader, state: unknown): Promise<unknown> =>
      eventually(() => expect(reader.following.state).toEqual(state) === undefined || true, 15_000)
    const names = ({ following }: Reader): string[] =>
      following.members.list.map(({ meta }) => (meta as { name: string }).name)
    const meets = (reader: Reader, expected: string[]): Promise<unknown> =>
      eventually(() => expect(names(reader)).toEqual(expected) === undefined || true, 15_000)

    describe(`over ${name}`, () => {
      test('rule 10: of what is latest, who comes gets the newest of each, and then what is new', async () => {
        const id = randomUUID()
        await act('point', { id, who: 'ada', x: '1' })
        await act('point', { id, who: 'bob', x: '1' })
        await act('point', { id, who: 'ada', x: '2' })
        const reader = read(connect('user=eve'), pointers, id)
        await live(reader)
        await shows(reader, [
          { who: 'bob', x: 1 },
          { who: 'ada', x: 2 },
        ])
        await act('point', { id, who: 'bob', x: '3' })
        await shows(reader, [
          { who: 'bob', x: 3 },
          { who: 'ada', x: 2 },
        ])
      })

      test('rule 10: who was away gets the newest of each, not what came between', async () => {
        const id = randomUUID()
        const session = connect('user=eve')
        const reader = read(session, pointers, id)
        await live(reader)
        await act('point', { id, who: 'ada', x: '0' })
        await shows(reader, [{ who: 'ada', x: 0 }])
        const { position } = reader.following
        reader.end()
        for (let x = 1; x <= 30; x++) {
          // oxlint-disable-next-line no-await-in-loop -- in their order
          await act('point', { id, who: 'ada', x: String(x) })
        }
        const again = session.follow(
          pointers,
          { id },
          { changed() {}, event: (event) => void reader.events.push(event) },
          { state: [{ who: 'ada', x: 0 }], position: position as string },
        )
        await eventually(() => again.following.status === 'live', 15_000)
        expect(again.following.state).toEqual([{ who: 'ada', x: 30 }])
        expect(reader.events).toEqual([
          { who: 'ada', x: 0 },
          { who: 'ada', x: 30 },
        ])
        again.end()
      })

      test('rule 10: of what a client publishes faster than it is answered, the newest of each key goes', async () => {
        const id = randomUUID()
        const session = connect('user=ada')
        const reader = read(session, pointers, id)
        await live(reader)
        const sent = Array.from({ length: 40 }, (_, x) =>
          session.publish(pointers, { id }, { who: x % 2 ? 'one' : 'other', x }),
        )
        await Promise.all(sent)
        await eventually(() => (reader.following.state as { x: number }[]).length === 2, 15_000)
        await shows(
          reader,
          expect.arrayContaining([
            { who: 'other', x: 38 },
            { who: 'one', x: 39 },
          ]),
        )
        expect(reader.events.length).toBeLessThan(40)
      })

      test('rule 10: what is volatile reaches who is there, and is not kept', async () => {
        const id = randomUUID()
        const [ada, bob] = [connect('user=ada'), connect('user=bob')]
        const [adas, bobs] = [read(ada, typing, id), read(bob, typing, id)]
        await Promise.all([live(adas), live(bobs)])
        await ada.publish(typing, { id }, {})
        await eventually(() => adas.events.length + bobs.events.length === 2, 15_000)
        expect(bobs.events).toEqual([{ who: 'ada' }])
        const late = read(connect('user=eve'), typing, id)
        await live(late)
        expect(late.events).toEqual([])
        expect(late.following.state).toEqual([])
      })

      test('rule 10: what is volatile is refused at once without a connection', async () => {
        const session = connect('user=ada')
        await expect(session.publish(typing, { id: 'x' }, {})).rejects.toMatchObject({
          code: 'unavailable',
        })
      })

      test('rule 15: one member for each user, however many tabs; who leaves is gone after a while', async () => {
        const id = randomUUID()
        const reader = read(connect('user=eve'), hall, id, { name: 'ghost' })
        await live(reader)
        const tabs = [connect('user=ada'), connect('user=ada')]
        const adas = tabs.map((tab) => read(tab, hall, id))
        await Promise.all(adas.map(live))
        await meets(reader, ['ada'])
        const bob = connect('user=bob')
        read(bob, hall, id)
        await meets(reader, ['ada', 'bob'])
        expect(reader.following.members.count).toBe(2)
        adas[0]?.end()
        tabs[1]?.interrupt()
        bob.close()
        await meets(reader, ['ada'])
        expect(await act('members', { id })).toEqual({
          list: [{ key: 'ada', meta: { name: 'ada' } }],
          count: 1,
        })
        for (const tab of tabs) tab.close()
        await meets(reader, [])
      })

      test('rule 15: who comes back within the grace time has never left', async () => {
        const id = randomUUID()
        const reader = read(connect('user=eve'), hall, id, { name: 'ghost' })
        await live(reader)
        const ada = connect('user=ada')
        await live(read(ada, hall, id))
        await meets(reader, ['ada'])
        const counts = new Set<number>()
        const { observers, members } = reader.following
        observers.add({ changed: () => counts.add(reader.following.members.count) })
        expect(members.count).toBe(1)
        for (let round = 0; round < 5; round++) {
          ada.interrupt()
          // oxlint-disable-next-line no-await-in-loop -- one after another
          await eventually(() => ada.status === 'open', 15_000)
        }
        // What is told later comes later.
        read(connect('user=bob'), hall, id)
        await meets(reader, ['ada', 'bob'])
        expect(counts).not.toContain(0)
      })

      test('rule 15: what members say of themselves changes, goes through the rule, and survives a new connection', async () => {
        const id = randomUUID()
        const reader = read(connect('user=eve'), hall, id, { name: 'ghost' })
        const ada = connect('user=ada')
        const adas = read(ada, hall, id, { name: 'Ada', mood: 'calm' })
        await Promise.all([live(reader), live(adas)])
        await meets(reader, ['Ada'])
        ada.present(hall, { id }, { name: 'Countess', mood: 'busy' })
        await meets(reader, ['Countess'])
        ada.interrupt()
        await live(adas)
        await eventually(() => ada.status === 'open', 15_000)
        expect(names(reader)).toEqual(['Countess'])
        ada.present(hall, { id }, { name: 'ghost' })
        await meets(reader, [])
      })

      test('rule 15: the list is bounded, the count is not; who has no id is no member', async () => {
        const id = randomUUID()
        const reader = read(connect('nobody='), hall, id)
        await live(reader)
        for (const user of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
          read(connect(`user=${user}`), hall, id)
        }
        await eventually(() => reader.following.members.count === 7, 15_000)
        expect(names(reader)).toHaveLength(5)
      })

      test('rule 15: who is kicked is not there any more, at once', async () => {
        const id = randomUUID()
        const [user, other] = [randomUUID(), randomUUID()]
        const reader = read(connect(`user=${other}`), hall, id)
        const kicked = read(connect(`user=${user}`), hall, id)
        await meets(reader, expect.arrayContaining([user, other]) as never)
        const before = performance.now()
        await act('kick', { user })
        await meets(reader, [other])
        expect(performance.now() - before).toBeLessThan(15_000)
        await eventually(() => kicked.following.status === 'denied', 15_000)
      })

      test('rule 18: a call gets what the handler gives', async () => {
        const session = connect('user=ada')
        const sums = await Promise.all(
          [1, 2, 3].map((n) => call(desk, { id: '1' }, 'add', [n, n], { session })),
        )
        expect(sums).toEqual([2, 4, 6])
        // Also where it is followed, and the number of the channel is known.
        await live(read(session, desk, '1'))
        expect(await call(desk, { id: '1' }, 'add', [20, 22], { session })).toBe(42)
      })

      test('rule 18: a call fails with a code: refused in the words of the app, broken, not answered, not allowed', async () => {
        const session = connect('user=ada')
        const params = { id: '1' }
        await expect(call(desk, params, 'refuse', {}, { session })).rejects.toMatchObject({
          code: 'denied',
          message: expect.stringContaining('Somebody was faster.'),
          cause: { status: 409 },
        })
        const broken = await call(desk, params, 'break', {}, { session }).catch((error) => error)
        expect(broken).toMatchObject({ code: 'failed' })
        expect(broken.message).not.toContain('secret')
        await expect(call(desk, params, 'unanswered', {}, { session })).rejects.toMatchObject({
          code: 'denied',
        })
        await expect(
          call(desk, { id: 'private' }, 'add', [1, 1], { session }),
        ).rejects.toMatchObject({ code: 'denied' })
        await expect(
          call(desk, params, 'add', ['1', 1] as never, { session }),
        ).rejects.toMatchObject({ code: 'invalid-message' })
        for (const inherited of ['constructor', '__proto__', 'toString']) {
          const forged = { ...desk, calls: { [inherited]: desk.calls['break'] } } as never
          // oxlint-disable-next-line no-await-in-loop -- one after another
          await expect(call(forged, params, inherited, {}, { session })).rejects.toMatchObject({
            code: 'denied',
          })
        }
      })

      test('rule 18: who gives a call up tells the handler; so does the bound on its time', async () => {
        const session = connect('user=ada')
        const before = (await act('waits')) as { begun: number; aborted: number }
        const abort = new AbortController()
        const given = call(desk, { id: '1' }, 'wait', {}, { session, signal: abort.signal })
        given.catch(() => {})
        await eventually(async () => {
          const { begun } = (await act('waits')) as typeof before
          return begun === before.begun + 1
        }, 15_000)
        abort.abort(new Error('enough'))
        await expect(given).rejects.toThrow('enough')
        await eventually(async () => {
          const { aborted } = (await act('waits')) as typeof before
          return aborted === before.aborted + 1
        }, 15_000)
        await expect(call(desk, { id: '1' }, 'wait', {}, { session })).rejects.toMatchObject({
          code: expect.stringMatching(/failed|unavailable/),
        })
      })

      test('rule 12: nothing older than the rule allows is told, whatever position the client names', async () => {
        const id = randomUUID()
        const [all, user] = [connect(`user=${randomUUID()}`), randomUUID()]
        const everything = read(all, diary, id)
        await live(everything)
        await act('write', { id, text: 'before' })
        await shows(everything, ['before'])
        const { position } = everything.following
        await act('write', { id, text: 'also before' })
        await eventually(() => everything.events.length === 2, 15_000)
        const after = (await act('time')) as number
        await eventually(async () => ((await act('time')) as number) > after, 15_000)
        await act('term', { user, after: String(after) })
        await act('write', { id, text: 'since' })
        const session = connect(`user=${user}`)
        const reader = read(session, diary, id)
        await live(reader)
        expect(reader.following.state).toEqual(['since'])
        reader.end()
        // With a position from before.
        const clever = session.follow(
          diary,
          { id },
          { changed() {}, event: (event) => expect(event).not.toContain('before') },
          { state: [], position: position as string },
        )
        await eventually(() => clever.following.status === 'live', 15_000)
        expect(clever.following.state).toEqual(['since'])
      })

      test('rule 12: a right that expires ends on time, and goes on when the rule says so', async () => {
        const id = randomUUID()
        const user = randomUUID()
        const now = (await act('time')) as number
        await act('term', { user, expires: String(now + 1_500) })
        const reader = read(connect(`user=${user}`), diary, id)
        await live(reader)
        await eventually(() => reader.following.status === 'denied', 15_000)
        expect((await act('time')) as number).toBeGreaterThanOrEqual(now + 1_500)
        await act('write', { id, text: 'too late' })
        expect(reader.events).toEqual([])
        const other = randomUUID()
        await act('term', { user: other, expires: String(((await act('time')) as number) + 1_500) })
        const renewed = read(connect(`user=${other}`), diary, id)
        await live(renewed)
        await act('term', { user: other, expires: String(now + 600_000) })
        await eventually(() => renewed.statuses.includes('resuming'), 15_000)
        await live(renewed)
        await act('write', { id, text: 'in time' })
        await eventually(() => renewed.events.includes('in time'), 15_000)
      })

      test('rule 12: a session that expires ends its connection; the next request decides', async () => {
        const now = (await act('time')) as number
        const session = connect(`user=ada&session=${now + 1_500}`)
        const reader = read(session, diary, randomUUID())
        await live(reader)
        await eventually(() => reader.following.status === 'denied', 15_000)
        expect(session.status).toBe('refused')
      })
    })
  }
}
