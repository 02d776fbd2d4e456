import type { RequestEvent } from '@sveltejs/kit'
import { Hono } from 'hono'
import { expectTypeOf } from 'vitest'
import { toHonoHandler } from '../../src/hono.ts'
import type { HonoEvent } from '../../src/hono.ts'
import { socket } from '../../src/index.ts'
import type { HandshakeEvent } from '../../src/request-event.ts'

interface Env {
  Variables: { user: string | undefined }
}

const app = new Hono<Env>()

// By its annotation, a route knows the app's variables and the parameters of its path.
app.get(
  '/chat/:room',
  toHonoHandler(
    socket((event: HonoEvent<Env, '/chat/:room/:id'>) => {
      expectTypeOf(event.params.room).toEqualTypeOf<string>()
      expectTypeOf(event.params.id).toEqualTypeOf<string>()
      expectTypeOf(event.locals.user).toEqualTypeOf<string | undefined>()
      event.cookies.set('name', 'value', { path: '/', maxAge: 60 })
      // @ts-expect-error -- no such parameter
      event.params.nothing?.toString()
      return {
        open(peer) {
          expectTypeOf(peer.event.params.room).toEqualTypeOf<string>()
          expectTypeOf(peer.event.locals.user).toEqualTypeOf<string | undefined>()
        },
      }
    }),
  ),
)

// Without one, it has what every app has, and may refuse by a Response.
app.get(
  '/news/:topic',
  toHonoHandler(
    socket((event) => {
      expectTypeOf(event).toEqualTypeOf<HonoEvent>()
      return event.params['topic'] === 'none' ? new Response('closed', { status: 403 }) : {}
    }),
    { getClientAddress: (c) => c.req.header('x-real-ip') ?? '' },
  ),
)

// @ts-expect-error -- the route itself, not what makes it
toHonoHandler(() => ({ open() {} }))

// SvelteKit's event is a wider one.
expectTypeOf<RequestEvent>().toExtend<HandshakeEvent>()
