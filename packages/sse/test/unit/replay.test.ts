import type { RequestEvent } from '@sveltejs/kit'
import { describe, expect, test } from 'vitest'
import { produce, replay, streams } from '../../src/index.ts'

const event = (room: string, lastEventId?: string): RequestEvent =>
  ({
    request: new Request('http://localhost/', {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    }),
    route: { id: '/news' },
    params: { room },
  }) as unknown as RequestEvent

/** What a client was told until now. */
const told = async (response: Response): Promise<string> => {
  for (const { end } of streams('/news')) end()
  return (await response.text()).slice(':\n\n'.length)
}

describe('replay', () => {
  test('every client gets what is emitted, and one that comes back what it has missed, once', async () => {
    const news = replay()
    const GET = produce(news, { ping: Infinity })
    const first = GET(event(''))
    const { id } = news.emit('message', 'one')
    expect(await told(first)).toMatch(
      /^id: [\da-f]{8}-0\nevent: position\ndata: \n\nid: [\da-f]{8}-1\ndata: one\n\n$/,
    )
    news.emit('note', 'two')
    const again = GET(event('', id))
    news.emit('message', 'three')
    expect(await told(again)).toMatch(
      /^id: \S+-2\nevent: note\ndata: two\n\nid: \S+-3\ndata: three\n\n$/,
    )
  })

  test('a client that left before the first event has missed none', async () => {
    const news = replay()
    const GET = produce(news, { ping: Infinity })
    const [, id] = /^id: (\S+)/.exec(await told(GET(event('')))) ?? []
    news.emit('message', 'one')
    expect(await told(GET(event('', id)))).toContain('data: one')
  })

  test.each([
    ['was away for too long', (id: string) => id, 'evicted'],
    ['comes from before a restart', () => '00000000-1', 'unknown'],
    ['tells something else', () => 'x', 'unknown'],
  ])('a client that %s is told by a reset', async (_, position, reason) => {
    const news = replay({ size: 2 })
    const GET = produce(news, { ping: Infinity })
    const { id } = news.emit('message', 0)
    for (const data of [1, 2, 3]) news.emit('message', data)
    const again = GET(event('', position(id)))
    news.emit('message', 4)
    expect(await told(again)).toMatch(
      new RegExp(
        `^id: \\S+-4\nevent: reset\ndata: {"reason":"${reason}"}\n\nid: \\S+-5\ndata: 4\n\n$`,
      ),
    )
  })

  test('with a key each has its own history', async () => {
    const rooms = replay({ key: ({ params }) => params['room'] ?? '' })
    const GET = produce(rooms, { ping: Infinity })
    const { id } = rooms.emit('message', 'blue 1', { key: 'blue' })
    rooms.emit('message', 'red 1', { key: 'red' })
    rooms.emit('message', 'blue 2', { key: 'blue' })
    expect(await told(GET(event('blue', id)))).toMatch(/^id: \S+\ndata: blue 2\n\n$/)
    expect(await told(GET(event('red', id)))).toContain('{"reason":"unknown"}')
    expect(() => rooms.emit('message', 'x')).toThrow('expected a key')
    expect(() => replay().emit('message', 'x', { key: 'blue' })).toThrow('has none')
  })

  test('keys are bounded: the one that was used longest ago, and that nobody reads, is forgotten', async () => {
    const rooms = replay({ key: ({ params }) => params['room'] ?? '', maxKeys: 2 })
    const GET = produce(rooms, { ping: Infinity })
    const read = GET(event('read'))
    const { id } = rooms.emit('message', 1, { key: 'old' })
    rooms.emit('message', 1, { key: 'new' })
    expect(await told(GET(event('old', id)))).toContain('{"reason":"unknown"}')
    expect(await told(read)).not.toContain('reset')
  })
})
