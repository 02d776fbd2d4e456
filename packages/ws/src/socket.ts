import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestEvent } from '@sveltejs/kit'
import { KitrtError } from '@kitrt/core'
import { createConnection } from './connection.ts'
import type { SocketHandlers } from './connection.ts'
import type { SocketEvent } from './peer.ts'
import { acceptedStatus, slots } from './slot.ts'

export interface SocketOptions {
  /** What may wait for a slow reader, in bytes; over it the peer is closed with 1013. @default 1_048_576 */
  maxBuffered?: number | undefined
  /**
   * The largest message that is taken, in bytes; over it the peer is closed with 1009. The runtimes
   * have a limit of their own, which comes first: 16 MiB on Node and Bun, 64 MiB on Deno. @default 1_048_576
   */
  maxPayload?: number | undefined
  /** What may wait for the `message` handler, in bytes, at 256 and more for each message; over it the peer is closed with 1013. @default 16_777_216 */
  maxPending?: number | undefined
}

/**
 * Makes a socket of an ordinary `+server.ts` route. The request comes through `handle` like any
 * other, so `locals`, `params`, cookies, `error(401)` and `redirect` mean what they always mean.
 *
 * ```ts
 * export const GET = socket(({ locals, params }) => {
 *   if (!locals.user) error(401)
 *   return {
 *     open: (peer) => peer.send(`welcome to ${params.room}`),
 *     message: (peer, data) => peer.send(data),
 *   }
 * })
 * ```
 *
 * @param handler called for each upgrade request, before the handshake, and for each plain GET. What
 *   it throws is the answer, and no socket is opened.
 * @returns the route's handler. A plain GET that the handler does not refuse is answered with 426.
 */
export function socket<Event extends RequestEvent = RequestEvent>(
  handler: (event: Event) => SocketHandlers<Event> | Promise<SocketHandlers<Event>>,
  { maxBuffered = 2 ** 20, maxPayload = 2 ** 20, maxPending = 2 ** 24 }: SocketOptions = {},
): (event: Event) => Promise<Response> {
  return async (event) => {
    const slot = slots.getStore()
    // A sub-request (`event.fetch`) inherits its parent's slot, but has no socket of its own.
    if (!slot || event.isSubRequest) {
      // Whoever asks by a plain GET (our client does, after a refused handshake, since browsers tell
      // it nothing) learns what a handshake would be told: 401, 303 …, or that it should be one.
      await handler(event)
      return new Response('This route is a WebSocket: connect with one.', {
        status: 426,
        headers: { upgrade: 'websocket', connection: 'upgrade' },
      })
    }
    const handlers = await handler(event)
    if (typeof handlers !== 'object' || handlers === null) {
      throw new KitrtError(
        'bad-argument',
        `socket() expected an object of handlers for ${event.route.id}, got ${String(handlers)}. Was a return forgotten?`,
      )
    }
    slot.connection = createConnection({
      handlers: handlers as SocketHandlers,
      event: atUpgrade(event),
      run: AsyncLocalStorage.snapshot(),
      maxBuffered,
      maxPayload,
      maxPending,
    })
    return new Response(null, { status: acceptedStatus })
  }
}

/** Copies what the runtimes take away after the handshake: Deno throws "Request closed" on a later read. */
function atUpgrade({
  params,
  route,
  url,
  locals,
  cookies,
  request,
  ...event
}: RequestEvent): SocketEvent {
  let clientAddress: string | undefined
  try {
    clientAddress = event.getClientAddress()
  } catch {
    // A server behind a misconfigured proxy cannot tell; that is no reason to refuse a socket.
  }
  return {
    params,
    route,
    url,
    locals,
    cookies: { get: cookies.get, getAll: cookies.getAll },
    headers: new Headers(request.headers),
    clientAddress,
  }
}
