import { call } from '@kitrt/core/client'
import { createTestClient, installClock } from '@kitrt/core/test'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { pointers } from '#lib/board.ts'
import { room } from '#lib/channels.ts'

vi.stubEnv('CHAT_DB', ':memory:')
// Before the hub is made, whose time is then the clock's: it goes on by `turn` only.
const clock = installClock()
const { hub, rooms } = await import('#lib/server/hub.ts')
afterAll(() => clock.restore())

/** Somebody whose page shows the room. The event is as much of a request's as the rules look at. */
function enter(user?: string) {
  const client = createTestClient(hub, { locals: { user } })
  onTestFinished(() => client.close())
  const chat = client.live(room, { id: 'blue' })
  // A page reads; who only looks at `current` follows nothing.
  chat.subscribe(() => {})
  return { client, chat, said: () => chat.current.map(({ author, text }) => `${author}: ${text}`) }
}

/** What comes of something, after the time that it takes. */
async function outcome<T>(promise: Promise<T>): Promise<T> {
  // Refused, it waits for who asks below.
  promise.catch(() => {})
  await clock.turn(1_000)
  return promise
}

test('what is said is told to all who are there, by the server too', async () => {
  const [ada, bob] = [enter('ada'), enter('bob')]
  await outcome(ada.chat.publish({ text: 'hello' }))
  const note = { id: '1', author: 'the server', text: 'tea is ready', at: Date.now() }
  await outcome(rooms({ id: 'blue' }).publish(note))
  expect(bob.said()).toEqual(['ada: hello', 'the server: tea is ready'])
  expect(bob.chat.status).toBe('live')
})

test('who shouts, or does not say who they are, is refused', async () => {
  await expect(outcome(enter('ada').chat.publish({ text: 'HELLO BOB' }))).rejects.toMatchObject({
    code: 'denied',
    cause: { status: 422 },
  })
  await expect(outcome(enter().chat.publish({ text: 'hello' }))).rejects.toMatchObject({
    cause: { status: 401, message: 'Say who you are first.' },
  })
})

test('who was away gets what was missed, and what they said meanwhile is sent', async () => {
  const [ada, bob] = [enter('ada'), enter('bob')]
  await clock.turn(1_000)
  const before = bob.said()
  ada.client.offline(true)
  const sent = ada.chat.publish({ text: 'are you there' })
  await outcome(bob.chat.publish({ text: 'where are you' }))
  expect(ada.chat.status).toBe('offline')
  expect(ada.said()).toEqual(before)
  ada.client.offline(false)
  await outcome(sent)
  expect(bob.said()).toEqual([...before, 'bob: where are you', 'ada: are you there'])
  expect(ada.said()).toEqual(bob.said())
})

test('who leaves is shown until the grace time is over', async () => {
  const [ada, bob] = [enter('ada'), enter('bob')]
  await clock.turn(1_000)
  bob.client.close()
  await clock.turn(9_000)
  expect(ada.chat.members.map(({ key }) => key)).toEqual(['ada', 'bob'])
  await clock.turn(2_000)
  expect(ada.chat.members.map(({ key }) => key)).toEqual(['ada'])
})

test('a colour is taken once', async () => {
  const [ada, bob] = [enter('ada'), enter('bob')]
  ada.client.live(pointers).subscribe(() => {})
  await clock.turn(1_000)
  const take = (session: typeof ada.client.session) =>
    outcome(call(pointers, undefined, 'take', 'violet', { session }))
  expect(await take(ada.client.session)).toBe('violet')
  await expect(take(bob.client.session)).rejects.toMatchObject({
    code: 'denied',
    cause: { status: 409, message: 'ada has violet.' },
  })
})
