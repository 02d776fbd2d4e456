import { AsyncLocalStorage } from 'node:async_hooks'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { KitrtError } from '@kitrt/core'
import { refuseAdmission } from './admission.ts'
import { createJsonCodec, rawCodec } from './codec.ts'
import type { RawData } from './codec.ts'
import { createConnection } from './connection.ts'
import type { AnyHandlers, SocketHandlers } from './dispatcher.ts'
import { fitsOrigins, foreignOrigin } from './origin.ts'
import type { SocketRoute } from './messages.ts'
import type { SocketData } from './peer.ts'
import { isResponse } from './is-response.ts'
import type { HandshakeEvent, RequestEvent } from './request-event.ts'
import { nameOrigins } from './route-origins.ts'
import { namePayload } from './largest-payload.ts'
import { acceptedStatus, fillSlot, slots } from './slot.ts'
import { atUpgrade } from './socket-event.ts'
import type { SocketOptions } from './socket-options.ts'

/** What schemas make of the messages of a route: with either of them, messages are JSON. */
export interface SocketSchemas<
  Receive extends StandardSchemaV1 | undefined,
  Send extends StandardSchemaV1 | undefined,
> {
  /** What clients send, by any Standard Schema (valibot, zod, arktype …). Handlers get its output. */
  receive?: Receive
  /** What clients get. Not an async schema. */
  send?: Send
}

type Typed<Receive, Send> = [Receive, Send] extends [undefined, undefined] ? false : true

type Incoming<Receive, Send> = Receive extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Receive>
  : Typed<Receive, Send> extends true
    ? unknown
    : SocketData

type Outgoing<Receive, Send> = Send extends StandardSchemaV1
  ? StandardSchemaV1.InferInput<Send>
  : Typed<Receive, Send> extends true
    ? unknown
    : RawData

/** What the handler of a route gives: what the socket does, or the answer that refuses it. */
type Answer<Event extends HandshakeEvent, Receive, Send> =
  | SocketHandlers<Event, Outgoing<Receive, Send>, Incoming<Receive, Send>>
  | Response

/** The messages of a route as its clients see them. */
type Route<Event, Receive, Send> = SocketRoute<
  Event,
  Receive extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Receive> : Incoming<Receive, Send>,
  Send extends StandardSchemaV1
    ? StandardSchemaV1.InferOutput<Send>
    : Typed<Receive, Send> extends true
      ? unknown
      : SocketData
>

/**
 * Makes a socket of an ordinary `+server.ts` route. The request comes through `handle` like any
 * other, so `locals`, `params`, cookies, `error(401)` and `redirect` mean what they always mean.
 *
 * ```ts
 * export const GET = socket(({ locals, params }) => {
 *   if (!locals.user) error(401)
 *   return {
 *     open: (peer) => peer.subscribe('news'),
 *     message: (peer, data) => peer.publish('news', data),
 *   }
 * })
 * ```
 *
 * With `receive` or `send`, messages are JSON that is checked by the schemas, and
 * `openSocket<typeof GET>(url, { json: true })` knows their types.
 *
 * @param handler called for each upgrade request, before the handshake, and for each plain GET. When
 *   it throws, or returns a `Response`, that is the answer, and no socket is opened.
 * @returns the route's handler. A plain GET that the handler does not refuse is answered with 426.
 */
export function socket<
  Event extends HandshakeEvent = RequestEvent,
  Receive extends StandardSchemaV1 | undefined = undefined,
  Send extends StandardSchemaV1 | undefined = undefined,
>(
  handler: (event: Event) => Answer<Event, Receive, Send> | Promise<Answer<Event, Receive, Send>>,
  {
    receive,
    send,
    origins = [],
    protocols,
    idleTimeout = 30_000,
    maxBuffered = 2 ** 20,
    overflow = 'close',
    maxPayload = 2 ** 20,
    maxPending = 2 ** 24,
    rateLimit,
    maxTopics = 1000,
    invalid = 'close',
    ...admission
  }: SocketOptions & SocketSchemas<Receive, Send> = {},
): Route<Event, Receive, Send> {
  if (!(idleTimeout > 0)) {
    throw new KitrtError('bad-argument', `idleTimeout expected ms over 0, got ${idleTimeout}`)
  }
  nameOrigins(origins)
  namePayload(maxPayload)
  const codec = receive || send ? createJsonCodec({ receive, send }) : rawCodec

  const route = async (event: Event): Promise<Response> => {
    const slot = slots.getStore()
    // A sub-request (`event.fetch`) inherits its parent's slot, but has no socket of its own.
    if (!slot || event.isSubRequest) {
      // Whoever asks by a plain GET (our client does, after a refused handshake, since browsers tell
      // it nothing) learns what a handshake would be told: 401, 303 …, or that it should be one.
      const asked = await handler(event)
      if (isResponse(asked)) return asked
      return new Response('This route is a WebSocket: connect with one.', {
        status: 426,
        headers: { upgrade: 'websocket', connection: 'upgrade' },
      })
    }
    if (slot.foreign && !fitsOrigins(event.request.headers.get('origin'), origins)) {
      return foreignOrigin()
    }
    const opening = atUpgrade(event)
    const refuse = (): Response | undefined =>
      refuseAdmission(event.route.id ?? '', opening.clientAddress, admission)
    // Before the handler, which may be dear, and after it: others may have come in the meantime.
    const refusal = refuse()
    if (refusal) return refusal
    const handlers = await handler(event)
    if (isResponse(handlers)) return handlers
    if (typeof handlers !== 'object' || handlers === null) {
      throw new KitrtError(
        'bad-argument',
        `socket() expected an object of handlers for ${event.route.id}, got ${String(handlers)}. Was a return forgotten?`,
      )
    }
    const late = refuse()
    if (late) return late
    const connection = createConnection({
      handlers: handlers as unknown as AnyHandlers,
      event: opening,
      madeBy: route,
      run: AsyncLocalStorage.snapshot(),
      codec,
      protocol: chooseProtocol(event.request.headers, protocols),
      idleTimeout,
      maxBuffered,
      overflow,
      maxPayload,
      maxPending,
      rateLimit,
      maxTopics,
      invalid,
    })
    fillSlot(slot, connection)
    return new Response(null, { status: acceptedStatus })
  }
  return route
}

/** RFC 6455, section 4.2.2: at most one, and one that the client has offered. */
function chooseProtocol(headers: Headers, spoken: readonly string[] | undefined): string {
  const offered = headers.get('sec-websocket-protocol')?.split(',') ?? []
  return offered.map((one) => one.trim()).find((one) => !spoken || spoken.includes(one)) ?? ''
}
