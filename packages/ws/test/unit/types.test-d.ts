import type { RequestEvent } from '@sveltejs/kit'
import { expectTypeOf } from 'vitest'
import { peers, socket } from '../../src/index.ts'
import type { Peer, SendResult, SocketData, SocketRoute } from '../../src/index.ts'
import type { StandardSchemaV1 } from '@standard-schema/spec'

/** What SvelteKit generates for a route `/chat/[room]`. */
type ChatEvent = RequestEvent<{ room: string }, '/chat/[room]'>
type Handler = (event: ChatEvent) => Response | Promise<Response>

// A socket is a handler of its route, and knows the route's parameters.
const GET: Handler = socket<ChatEvent>(({ params }) => {
  expectTypeOf(params).toEqualTypeOf<{ room: string }>()
  return {}
})
export const byContext: Handler = socket(({ params, locals }: ChatEvent) => {
  expectTypeOf(params.room).toEqualTypeOf<string>()
  expectTypeOf(locals).toEqualTypeOf<App.Locals>()
  return {}
})
expectTypeOf(GET).returns.toEqualTypeOf<Response | Promise<Response>>()

// Without a route it takes any event.
expectTypeOf(socket(() => ({}))).toEqualTypeOf<SocketRoute<RequestEvent>>()

// Handlers are typed by where they stand, and may be async.
socket(() => ({
  async open(peer) {
    expectTypeOf(peer).toEqualTypeOf<Peer>()
    expectTypeOf(peer.event.headers).toEqualTypeOf<Headers>()
    expectTypeOf(peer.event.clientAddress).toEqualTypeOf<string | undefined>()
    expectTypeOf(peer.send('x')).toEqualTypeOf<SendResult>()
  },
  message(_peer, data) {
    expectTypeOf(data).toEqualTypeOf<SocketData>()
    expectTypeOf(data).toEqualTypeOf<string | Uint8Array<ArrayBuffer>>()
  },
  close(_peer, code, reason) {
    expectTypeOf(code).toEqualTypeOf<number>()
    expectTypeOf(reason).toEqualTypeOf<string>()
  },
  error(_peer, error) {
    expectTypeOf(error).toEqualTypeOf<unknown>()
  },
}))
socket(async () => ({ message: async () => {} }), { maxBuffered: 1, maxPayload: undefined })

// @ts-expect-error -- no such handler
socket(() => ({ onmessage() {} }))
// @ts-expect-error -- a handler returns its handlers
socket(() => 'nothing')
// @ts-expect-error -- no such option
socket(() => ({}), { maxBuffer: 1 })
// @ts-expect-error -- options are numbers
socket(() => ({}), { maxPayload: '1mb' })

declare const peer: Peer
expectTypeOf(peers('/chat')).toEqualTypeOf<Peer<RequestEvent, unknown, unknown>[]>()
peer.send(new ArrayBuffer(1))
peer.send(new Uint8Array(1))
// @ts-expect-error -- values need JSON.stringify
peer.send({ a: 1 })
// @ts-expect-error -- a Blob cannot be sent at once
peer.send(new Blob())
// @ts-expect-error -- the id is not the app's
peer.id = 'mine'
// @ts-expect-error -- the handshake is over, so no cookie can be set
peer.event.cookies.set('a', 'b', { path: '/' })
// @ts-expect-error -- the request is gone after the handshake
export const request: Request = peer.event.request

// With schemas, messages are what the schemas say.
declare const draft: StandardSchemaV1<{ text: string; at: string }, { text: string; at: Date }>
declare const outgoing: StandardSchemaV1<{ id: number }, { id: string }>
const typed = socket(
  () => ({
    message(to, data) {
      expectTypeOf(data).toEqualTypeOf<{ text: string; at: Date }>()
      to.send({ id: 1 })
      to.publish('all', { id: 1 })
      // @ts-expect-error -- not what the schema says
      to.send('text')
      // @ts-expect-error -- not what the schema says
      to.publish('all', { id: 'one' })
    },
    async open(from) {
      for await (const data of from) expectTypeOf(data.at).toEqualTypeOf<Date>()
    },
  }),
  { receive: draft, send: outgoing },
)
expectTypeOf(typed).toEqualTypeOf<
  SocketRoute<RequestEvent, { text: string; at: string }, { id: string }>
>()
// With one of them, the other way is JSON of any kind.
socket(
  () => ({
    message(to, data) {
      expectTypeOf(data).toEqualTypeOf<{ text: string; at: Date }>()
      to.send({ anything: true })
    },
  }),
  { receive: draft },
)
socket(
  () => ({
    message(_, data) {
      expectTypeOf(data).toBeUnknown()
    },
  }),
  { send: outgoing },
)
