import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { RequestEvent } from '@sveltejs/kit'
import { expectTypeOf } from 'vitest'
import { socket } from '../../../src/index.ts'
import { openSocket } from '../../../src/client/index.ts'
import type {
  ClientSocket,
  ConnectionStatus,
  SocketEnding,
  SocketMessage,
  SocketRoute,
} from '../../../src/client/index.ts'

type ChatEvent = RequestEvent<{ room: string }, '/chat/[room]'>

// Without a route, and with one that has no types of its own, messages are text and bytes.
const client = openSocket('/chat/blue')
expectTypeOf(client).toEqualTypeOf<ClientSocket>()
expectTypeOf(client.current).toEqualTypeOf<string | ArrayBuffer | undefined>()
expectTypeOf(client.status).toEqualTypeOf<ConnectionStatus>()
expectTypeOf(client.ending).toEqualTypeOf<SocketEnding | undefined>()
expectTypeOf(client.send('x')).toEqualTypeOf<'sent' | 'queued' | 'full' | 'closed'>()
client.send(new Blob())
client.send(new Uint8Array(1))
client.subscribe((message) => {
  expectTypeOf(message).toEqualTypeOf<string | ArrayBuffer | undefined>()
})
for await (const message of client) {
  expectTypeOf(message).toEqualTypeOf<string | ArrayBuffer>()
}
client.close()
client.close(3456, 'done')

type RawRoute = SocketRoute<ChatEvent>
expectTypeOf(openSocket<RawRoute>('/chat/blue')).toEqualTypeOf<ClientSocket>()
expectTypeOf(openSocket<RawRoute>('/chat/blue', { json: false })).toEqualTypeOf<ClientSocket>()

// Options
openSocket(new URL('wss://example.com'), {
  protocols: ['a'],
  liveness: Infinity,
  answerTimeout: 1,
  askWhy: false,
  maxQueue: 1,
  maxBuffered: 1,
  maxUnread: 1,
  base: 1,
  cap: 1,
  connectTimeout: 1,
  stableAfter: 1,
  onLost(messages) {
    expectTypeOf(messages).toEqualTypeOf<SocketMessage[]>()
  },
  onError(error, { stage }) {
    expectTypeOf(error).toEqualTypeOf<unknown>()
    expectTypeOf(stage).toEqualTypeOf<string>()
  },
})
openSocket('/chat', { protocols: () => ['a'] })
openSocket('/chat', { protocols: async () => ['a'] })

// A route with types
interface Draft {
  text: string
}
interface Line extends Draft {
  from: string
}
type ChatRoute = SocketRoute<ChatEvent, Draft, Line>
const chat = openSocket<ChatRoute>('/chat/blue', {
  json: true,
  onLost(messages) {
    expectTypeOf(messages).toEqualTypeOf<Draft[]>()
  },
})
expectTypeOf(chat).toEqualTypeOf<ClientSocket<Line, Draft>>()
expectTypeOf(chat.current).toEqualTypeOf<Line | undefined>()
chat.send({ text: 'hello' })
for await (const line of chat) expectTypeOf(line).toEqualTypeOf<Line>()

// What `socket()` makes of schemas: clients send what goes in, and get what comes out, as JSON has it.
declare const draft: StandardSchemaV1<{ at: string }, { at: Date }>
declare const line: StandardSchemaV1<{ id: number }, { id: string }>
const both = socket(() => ({}), { receive: draft, send: line })
expectTypeOf(openSocket<typeof both>('/chat', { json: true })).toEqualTypeOf<
  ClientSocket<{ id: string }, { at: string }>
>()
const half = socket(() => ({}), { receive: draft })
expectTypeOf(openSocket<typeof half>('/chat', { json: true })).toEqualTypeOf<
  ClientSocket<unknown, { at: string }>
>()
const none = socket(() => ({}))
expectTypeOf(openSocket<typeof none>('/chat')).toEqualTypeOf<ClientSocket>()
// @ts-expect-error -- a route with types speaks JSON
openSocket<typeof both>('/chat')
// @ts-expect-error -- a route with types speaks JSON
openSocket<typeof half>('/chat')

// Types that look like raw messages are types all the same.
type TextRoute = SocketRoute<ChatEvent, string, string>
expectTypeOf(openSocket<TextRoute>('/chat', { json: true })).toEqualTypeOf<
  ClientSocket<string, string>
>()
type AnyRoute = SocketRoute<ChatEvent, unknown, unknown>
expectTypeOf(openSocket<AnyRoute>('/chat', { json: true })).toEqualTypeOf<
  ClientSocket<unknown, unknown>
>()

// oxlint-disable-next-line typescript/no-explicit-any -- what JSON.parse gives, and routes may say
type LooseRoute = SocketRoute<ChatEvent, any, any>
openSocket<LooseRoute>('/chat', { json: true })

// JSON without types: of a route that speaks it by itself, or of nobody knows whom.
expectTypeOf(openSocket('/chat', { json: true })).toEqualTypeOf<ClientSocket<unknown, unknown>>()
expectTypeOf(openSocket<RawRoute>('/chat', { json: true })).toEqualTypeOf<
  ClientSocket<unknown, unknown>
>()

// A server that is not kitrt's
const foreign = openSocket<SocketRoute<never, Draft, Line>>('wss://example.com', { json: true })
expectTypeOf(foreign.current).toEqualTypeOf<Line | undefined>()

// @ts-expect-error -- a route with types speaks JSON
openSocket<ChatRoute>('/chat')
// @ts-expect-error -- a route with types speaks JSON
openSocket<ChatRoute>('/chat', {})
// @ts-expect-error -- a route with types speaks JSON
openSocket<ChatRoute>('/chat', { json: false })
// @ts-expect-error -- a route with types speaks JSON
openSocket<TextRoute>('/chat')
// @ts-expect-error -- a route with types speaks JSON
openSocket<AnyRoute>('/chat')
// @ts-expect-error -- a route with types speaks JSON
openSocket<LooseRoute>('/chat')
// @ts-expect-error -- a route with half its types speaks JSON
openSocket<SocketRoute<ChatEvent, Draft>>('/chat')
// @ts-expect-error -- that is no socket's route
openSocket<(event: ChatEvent) => Promise<Response>>('/chat', { json: true })
// @ts-expect-error -- the route takes drafts
chat.send({ texts: 'hello' })
// @ts-expect-error -- the route takes drafts
chat.send('hello')
// @ts-expect-error -- the message is told, not set
client.current = 'x'
// @ts-expect-error -- the ending is told, not set
client.ending = undefined
// @ts-expect-error -- values need json: true
client.send({ a: 1 })
// @ts-expect-error -- an address is needed
openSocket()
// @ts-expect-error -- subprotocols are a list
openSocket('/chat', { protocols: 'a' })
// @ts-expect-error -- subprotocols are a list
openSocket('/chat', { protocols: () => 'a' })
// @ts-expect-error -- no such option
openSocket('/chat', { maxQueued: 1 })
// @ts-expect-error -- no such option
openSocket('/chat', { json: true, maxQueued: 1 })
