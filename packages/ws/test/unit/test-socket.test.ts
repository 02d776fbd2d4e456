import { error } from '@sveltejs/kit'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import * as v from 'valibot'
import { peers, socket } from '../../src/index.ts'
import { openTestSocket } from '../../src/test/index.ts'

const seen: unknown[] = []
const chat = socket(
  ({ locals, params }) => {
    const { user } = locals as { user?: string }
    if (!user) error(401, 'who are you')
    return {
      open(peer) {
        peer.subscribe(params['room'] ?? '')
        peer.send(`welcome ${user}`)
      },
      message: (peer, data) => void peer.publish(params['room'] ?? '', data),
      close: (_peer, code, reason) => void seen.push([user, code, reason]),
    }
  },
  { protocols: ['chat'], maxConnectionsPerAddress: 3 },
)

const join = (user: string, room = 'blue') =>
  openTestSocket(chat, {
    route: '/chat/[room]',
    params: { room },
    locals: { user },
    protocols: ['other', 'chat'],
  })

describe('openTestSocket', () => {
  test('gives a test two peers of a route, without a network', async () => {
    const [ada, bob, eve] = [await join('ada'), await join('bob'), await join('eve', 'red')]
    expect([await ada.next(), await bob.next(), await eve.next()]).toEqual([
      'welcome ada',
      'welcome bob',
      'welcome eve',
    ])
    expect(ada.protocol).toBe('chat')
    expect(peers('/chat/[room]')).toHaveLength(3)
    ada.send('hello')
    expect(await bob.next()).toBe('hello')
    bob.send(new Uint8Array([1, 2]))
    expect(await ada.next()).toEqual(new Uint8Array([1, 2]))
    await expect(join('one too many')).rejects.toMatchObject({ status: 429 })

    ada.close(4001, 'bye')
    bob.vanish()
    eve.close()
    eve.close()
    expect(await ada.closed).toEqual({ code: 4001, reason: 'bye' })
    await expect(eve.next()).rejects.toThrow('The socket has closed.')
    await vi.waitFor(() =>
      expect(seen).toEqual([
        ['ada', 4001, 'bye'],
        ['bob', 1006, ''],
        ['eve', 1000, ''],
      ]),
    )
    expect(peers('/chat/[room]')).toEqual([])
  })

  test('rejects with what refuses', async () => {
    await expect(openTestSocket(chat)).rejects.toMatchObject({ status: 401 })
  })

  test('has the types and the JSON of a route with schemas, and its limits', async () => {
    const GET = socket(
      () => ({ message: (peer, { text }) => void peer.send({ length: text.length }) }),
      { receive: v.object({ text: v.string() }), send: v.object({ length: v.number() }) },
    )
    const client = await openTestSocket(GET)
    expectTypeOf(client.send).parameter(0).toEqualTypeOf<{ text: string }>()
    client.send({ text: 'four' })
    const answer = await client.next()
    expectTypeOf(answer).toEqualTypeOf<{ length: number }>()
    expect(answer).toEqual({ length: 4 })
    client.send({ text: 4 } as never)
    expect(await client.closed).toEqual({ code: 1007, reason: 'invalid message' })
  })

  test('what the route sent before it closed can still be read', async () => {
    const GET = socket(() => ({
      open(peer) {
        peer.send('first')
        peer.close(1001, 'that is all')
      },
    }))
    const client = await openTestSocket(GET)
    expect(await client.closed).toEqual({ code: 1001, reason: 'that is all' })
    expect(await client.next()).toBe('first')
  })
})
