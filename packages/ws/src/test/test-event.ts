import type { RequestEvent } from '../request-event.ts'

/** The request that opens a socket in a test. Each has a default. */
export interface TestEventOptions {
  /** The id of the route, as `/chat/[room]`. @default '/' */
  route?: string | undefined
  params?: Record<string, string> | undefined
  locals?: object | undefined
  /** @default the route's id at http://localhost */
  url?: string | URL | undefined
  headers?: HeadersInit | undefined
  cookies?: Record<string, string> | undefined
  /** Subprotocols that the client offers. */
  protocols?: string[] | undefined
  /** @default '127.0.0.1' */
  clientAddress?: string | undefined
}

/** As much of SvelteKit's event as a handshake has. */
export function createTestEvent({
  route = '/',
  params = {},
  locals = {},
  url = new URL(route.replaceAll(/[[\]]/g, ''), 'http://localhost'),
  headers,
  cookies = {},
  protocols = [],
  clientAddress = '127.0.0.1',
}: TestEventOptions): RequestEvent {
  const address = new URL(url)
  const own = new Headers(headers)
  if (protocols.length > 0) own.set('sec-websocket-protocol', protocols.join(', '))
  return {
    route: { id: route },
    params,
    locals: locals as App.Locals,
    url: address,
    request: new Request(address, { headers: own }),
    cookies: {
      get: (name: string) => cookies[name],
      getAll: () => Object.entries(cookies).map(([name, value]) => ({ name, value })),
    },
    getClientAddress: () => clientAddress,
    setHeaders: () => {},
    isSubRequest: false,
    isDataRequest: false,
    platform: undefined,
    fetch: globalThis.fetch,
  } as unknown as RequestEvent
}
