import { expectTypeOf } from 'vitest'
import { channel } from '../../src/channel.ts'
import { call } from '../../src/client/index.ts'
import type { Member } from '../../src/client/index.ts'
import type { Schema } from '../../src/schema.ts'
import { createHub, endpoint, memory } from '../../src/server/index.ts'

declare const Params: Schema<{ id: string }>
declare const Note: Schema<{ id: string; at: string }, { id: string; at: Date }>
declare const Draft: Schema<{ text: string }>
declare function schema<T>(): Schema<T>

const room = channel('room', {
  params: Params,
  event: Note,
  publish: Draft,
  state: {
    init: (): Record<string, string> => ({}),
    apply(state, event) {
      expectTypeOf(event).toEqualTypeOf<{ id: string; at: Date }>()
      return { ...state, [event.id]: event.at.toISOString() }
    },
  },
})
const log = channel('log', { event: Note })

const hub = createHub({
  engine: memory(),
  user: (event: { locals: { user?: { id: string; admin: boolean } } }) => event.locals.user,
})
const rooms = hub.serve(room, {
  subscribe({ user, params }) {
    expectTypeOf(user).toEqualTypeOf<{ id: string; admin: boolean } | undefined>()
    expectTypeOf(params).toEqualTypeOf<{ id: string }>()
    return user?.admin === true
  },
  publish({ event, key }) {
    expectTypeOf(event).toEqualTypeOf<{ text: string }>()
    return { id: key, at: event.text }
  },
  snapshot: () => ({ id: 'at' }),
})
const logs = hub.serve(log, { subscribe: () => true })

const chat = await rooms({ id: '1' }).snapshot()
expectTypeOf(chat.current).toEqualTypeOf<Record<string, string>>()
expectTypeOf(chat.publish).parameter(0).toEqualTypeOf<{ text: string }>()
expectTypeOf((await logs().snapshot()).current).toEqualTypeOf<{ id: string; at: Date }[]>()
expectTypeOf(rooms({ id: '1' }).publish)
  .parameter(0)
  .toEqualTypeOf<{ id: string; at: string }>()
expectTypeOf(endpoint(hub, [])).toHaveProperty('GET')

// @ts-expect-error -- a room needs its params
rooms()
// @ts-expect-error -- of their type
rooms({ id: 1 })
// @ts-expect-error -- an event is published as its schema takes it
void rooms({ id: '1' }).publish({ id: '1', at: new Date() })
// @ts-expect-error -- nobody may publish what has no schema for it
void (await logs().snapshot()).publish({ text: 'x' })
// @ts-expect-error -- a rule answers yes or no
hub.serve(log, { subscribe: () => 'yes' })
// @ts-expect-error -- without a rule there is nothing to serve by
hub.serve(log, {})
// @ts-expect-error -- an event needs a schema
channel('x', {})

const game = channel('game', {
  params: schema<{ id: string }>(),
  event: schema<{ who: string; x: number }>(),
  publish: schema<{ who: string; x: number }>(),
  policy: 'latest',
  key: ({ who }) => who,
  presence: schema<{ name: string }>(),
  calls: {
    join: {
      input: schema<{ as: 'white' | 'black' }>(),
      output: schema<{ seat: number }>(),
    },
  },
})

// @ts-expect-error -- the key is a text
channel('bad', { event: schema<{ x: number }>(), policy: 'latest', key: ({ x }) => x })
// @ts-expect-error -- there is no such policy
channel('bad', { event: schema<string>(), policy: 'newest' })

const arena = hub.serve(game, {
  subscribe: ({ user }) => ({ after: new Date(), expires: user ? 1 : undefined }),
  presence: ({ user, meta }) => (user ? { name: meta?.name ?? user.id } : false),
})
hub.serve(game, {
  subscribe: () => true,
  // @ts-expect-error -- a member has a name
  presence: () => ({ nick: 'ada' }),
})
// @ts-expect-error -- a date as text means what its reader makes of it
hub.serve(game, { subscribe: () => ({ after: '2026-01-01' }) })

hub.answer(game, {
  join: ({ input, params, signal }) => ({
    seat: input.as === 'white' && params.id && signal ? 1 : 2,
  }),
})
// @ts-expect-error -- the answer has a seat
hub.answer(game, { join: () => ({ place: 1 }) })
// @ts-expect-error -- there is no such call
hub.answer(game, { leave: () => ({ seat: 1 }) })

expectTypeOf(call(game, { id: '1' }, 'join', { as: 'white' })).resolves.toEqualTypeOf<{
  seat: number
}>()
// @ts-expect-error -- there is no such call
void call(game, { id: '1' }, 'leave', {})
// @ts-expect-error -- nobody plays red
void call(game, { id: '1' }, 'join', { as: 'red' })

expectTypeOf(arena({ id: '1' }).members()).resolves.toEqualTypeOf<{
  list: Member<{ name: string }>[]
  count: number
}>()
