import { expectTypeOf } from 'vitest'
import { channel } from '../../src/channel.ts'
import type { Schema } from '../../src/schema.ts'
import { createHub, endpoint, memory } from '../../src/server/index.ts'

declare const Params: Schema<{ id: string }>
declare const Note: Schema<{ id: string; at: string }, { id: string; at: Date }>
declare const Draft: Schema<{ text: string }>

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
