import type { RequestEvent } from '@sveltejs/kit'
import { expect, test, vi } from 'vitest'
import { produce, streams } from '../../src/index.ts'
import type { EventStreamOptions } from '../../src/index.ts'

const open = (user: string, route = '/notes', options: EventStreamOptions = {}): Response =>
  produce(() => undefined, { ping: Infinity, ...options })({
    request: new Request('http://localhost/notes'),
    route: { id: route },
    locals: { user },
  } as unknown as RequestEvent)

const userOf = ({ locals }: RequestEvent): unknown => (locals as { user?: string }).user

test('one line notifies the friends of a user, and nobody else', async () => {
  const [ada, bob, eve] = [open('ada'), open('bob'), open('eve', '/other')]
  const friends = new Set<unknown>(['bob', 'eve'])
  expect(
    streams('/notes', (event) => friends.has(userOf(event))).emit('note', { from: 'ada' }),
  ).toEqual({ sent: 1, failed: 0 })
  for (const stream of [...streams('/notes'), ...streams('/other')]) stream.end()
  expect(await Promise.all([ada, bob, eve].map((response) => response.text()))).toEqual([
    ':\n\n',
    ':\n\nevent: note\ndata: {"from":"ada"}\n\n',
    ':\n\n',
  ])
})

test('one of them can be told alone, and ended', async () => {
  const [ada, bob] = [open('ada'), open('bob')]
  const [, second] = streams('/notes')
  expect(second?.emit('note', 'x', { id: '1' }).error).toBeUndefined()
  second?.end()
  expect(second?.emit('note', 'y').error?.code).toBe('closed')
  for (const { end } of streams('/notes')) end()
  expect(await Promise.all([ada, bob].map((response) => response.text()))).toEqual([
    ':\n\n',
    ':\n\nid: 1\nevent: note\ndata: x\n\n',
  ])
})

test('lists the open ones with their event, and forgets the ended', async () => {
  const [one, two] = [open('ada'), open('bob')]
  expect([...streams('/notes')].map(({ event }) => userOf(event))).toEqual(['ada', 'bob'])
  await one.body!.cancel()
  const copy = streams('/notes')
  expect(copy.size).toBe(1)
  for (const { end } of copy) end()
  expect(streams('/notes').size).toBe(0)
  expect(copy.size).toBe(1)
  expect(copy.emit('note', 'x')).toEqual({ sent: 0, failed: 1 })
  await two.text()
  expect(streams('/nowhere').emit('note', 'x')).toEqual({ sent: 0, failed: 0 })
})

test('a stream that fails counts, and keeps nobody from the others', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const slow = open('slow', '/notes', { maxBuffered: 1 })
  const quick = open('quick')
  // Its opening comment waits already.
  expect(streams('/notes').emit('note', 'y')).toEqual({ sent: 1, failed: 1 })
  expect(streams('/notes').size).toBe(1)
  expect(await slow.text()).not.toContain('y')
  for (const { end } of streams('/notes')) end()
  expect(await quick.text()).toContain('data: y\n\n')
  expect(log).not.toHaveBeenCalled()
})
