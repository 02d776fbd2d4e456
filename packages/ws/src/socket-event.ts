import type { HandshakeEvent, RequestEvent } from './request-event.ts'

/** The request that opened the socket, as it was at the upgrade. Safe to read for as long as the peer lives. */
export type SocketEvent<Event extends HandshakeEvent = RequestEvent> = Pick<
  Event,
  'params' | 'route' | 'url' | 'locals'
> & {
  cookies: Pick<Event['cookies'], 'get' | 'getAll'>
  headers: Headers
  /** The client's address as SvelteKit's `getClientAddress()` gave it; `undefined` where it could not. */
  clientAddress: string | undefined
}

/** Copies what the runtimes take away after the handshake: Deno throws "Request closed" on a later read. */
export function atUpgrade({
  params,
  route,
  url,
  locals,
  cookies,
  request,
  ...event
}: HandshakeEvent): SocketEvent {
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
  } as SocketEvent
}
