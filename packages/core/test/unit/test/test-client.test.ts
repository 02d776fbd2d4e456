import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { channel } from '../../../src/channel.ts'
import type { Schema } from '../../../src/schema.ts'
import { createHub } from '../../../src/server/hub/create-hub.ts'
import { memory } from '../../../src/server/memory/index.ts'
import { createTestClient, installClock } from '../../../src/test/index.ts'
import type { Clock, TestClient } from '../../../src/test/index.ts'

/** Takes what it is given. */
const any = <T>(): Schema<T> => ({
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as T }) },
})

interface Message {
  id: string
  text: string
}

const room = channel('room', {
  params: any<{ id: string }>(),
  event: any<Message>(),
  publish: any<{ text: string }>(),
  presence: any<{ name: string }>(),
  state: {
    init: (): Message[] => [],
    apply: (list, message) => [...list.filter(({ id }) => id !== message.id), message],
  },
})

let clock: Clock
const clients: TestClient[] = []

beforeEach(() => {
  clock = installClock()
})
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
  clock.restore()
})

const createApp = () => {
  const hub = createHub<{ user: string }>({ engine: memory(), user: ({ user }) => ({ id: user }) })
  const rooms = hub.serve(room, {
    subscribe: ({ user }) => user?.id !== 'eve',
    publish: ({ event, key }) => event.text !== 'rude' && { id: key, text: event.text },
    presence: ({ user }) => ({ name: user?.id ?? '' }),
  })
  return { hub, rooms }
}

describe.each(['socket', 'stream'] as const)(
  'a client of a hub, without a network, as by a %s',
  (over) => {
    function join(hub: ReturnType<typeof createApp>['hub'], user: string) {
      const client = createTestClient(hub, { user }, { over, onError: () => {} })
      clients.push(client)
      const chat = client.live(room, { id: '7' })
      const seen: string[] = []
      chat.subscribe((messages) => void seen.push(messages.map(({ text }) => text).join()))
      return { client, chat, seen }
    }

    test('follows, publishes, and is told by the server', async () => {
      const { hub, rooms } = createApp()
      const [ada, bob] = [join(hub, 'ada'), join(hub, 'bob')]
      await clock.turn(100)
      const published = ada.chat.publish({ text: 'hello' })
      await clock.turn(100)
      await published
      await rooms({ id: '7' }).publish({ id: 'x', text: 'from the server' })
      await clock.turn(100)
      expect(bob.chat.status).toBe('live')
      expect(bob.chat.current.map(({ text }) => text)).toEqual(['hello', 'from the server'])
    })

    test('what is published while away is shown at once, waits in its order, and goes out', async () => {
      const { hub } = createApp()
      const [ada, bob] = [join(hub, 'ada'), join(hub, 'bob')]
      await clock.turn(100)
      ada.client.offline(true)
      const sent = ['one', 'two', 'three'].map((text) =>
        ada.chat.publish({ text }, { optimistic: (id) => ({ id, text }) }),
      )
      await clock.turn(60_000)
      expect(ada.chat.status).toBe('offline')
      expect(ada.seen.at(-1)).toBe('one,two,three')
      expect(bob.seen.at(-1)).toBe('')
      ada.client.offline(false)
      await clock.turn(5_000)
      await Promise.all(sent)
      expect(bob.seen.at(-1)).toBe('one,two,three')
      expect(ada.seen.at(-1)).toBe('one,two,three')
      for (const text of ada.seen) {
        const shown = text.split(',')
        expect(new Set(shown).size).toBe(shown.length)
      }
    })

    test('what is refused was shown, and is not any more', async () => {
      const { hub } = createApp()
      const ada = join(hub, 'ada')
      await clock.turn(100)
      const refused = ada.chat.publish(
        { text: 'rude' },
        { optimistic: (id) => ({ id, text: 'rude' }) },
      )
      const outcome = expect(refused).rejects.toMatchObject({ code: 'denied' })
      await clock.turn(1_000)
      await outcome
      expect(ada.seen).toContain('rude')
      expect(ada.seen.at(-1)).toBe('')
    })

    test('who leaves is there until the grace time is over', async () => {
      const { hub } = createApp()
      const [ada, bob] = [join(hub, 'ada'), join(hub, 'bob')]
      await clock.turn(1_000)
      expect(ada.chat.members).toEqual([
        { key: 'ada', meta: { name: 'ada' } },
        { key: 'bob', meta: { name: 'bob' } },
      ])
      bob.client.close()
      await clock.turn(6_000)
      expect(ada.chat.memberCount).toBe(2)
      await clock.turn(5_000)
      expect(ada.chat.memberCount).toBe(1)
    })

    test('who may not follow is told', async () => {
      const { hub } = createApp()
      const eve = join(hub, 'eve')
      await clock.turn(1_000)
      expect(eve.chat.status).toBe('denied')
      expect(eve.chat.error).toMatchObject({ code: 'denied' })
    })
  },
)

test('a clock runs timers in their order, and all promises between two of them', async () => {
  const told: string[] = []
  setTimeout(() => told.push('later'), 20)
  setTimeout(() => {
    told.push('first')
    void Promise.resolve().then(() => told.push('a promise'))
  }, 10)
  const every = setInterval(() => told.push('every'), 8)
  await clock.turn(25)
  clearInterval(every)
  await clock.turn(100)
  expect(told).toEqual(['every', 'first', 'a promise', 'every', 'later', 'every'])
  expect(clock.now).toBe(125)
})

test('a clock settles as it is told to, before the first timer and after each', async () => {
  clock.restore()
  const told: string[] = []
  clock = installClock({ settle: async () => void told.push('settled') })
  setTimeout(() => told.push('one'), 1)
  setTimeout(() => told.push('two'), 2)
  await clock.turn(5)
  expect(told).toEqual(['settled', 'one', 'settled', 'two', 'settled'])
})
