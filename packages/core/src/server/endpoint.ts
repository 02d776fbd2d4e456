import { KitrtError } from '../error.ts'
import type { ChannelHub } from './hub/channel-hub.ts'

/** What a `+server.ts` exports for one method. */
// oxlint-disable-next-line typescript/no-explicit-any -- SvelteKit's event, which core does not know
export type EndpointHandler = (event: any) => Response | Promise<Response>

/** How clients reach a hub: made by `websocket()` of `@kitrt/ws`, `eventStream()` of `@kitrt/sse`. */
export interface ServerTransport {
  readonly method: 'GET' | 'POST'
  /** The route's handler. */
  handler(hub: ChannelHub): EndpointHandler
}

/**
 * The handlers of a `+server.ts` through which clients reach a hub:
 *
 * ```ts
 * export const { GET, POST } = endpoint(hub, [websocket(), eventStream()])
 * ```
 *
 * @throws {KitrtError} `bad-argument` for two transports of one method, and for a hub that is none
 */
export function endpoint(
  hub: ChannelHub,
  transports: readonly ServerTransport[],
): { GET: EndpointHandler; POST: EndpointHandler } {
  if (typeof (hub as ChannelHub | undefined)?.connect !== 'function') {
    throw new KitrtError(
      'bad-argument',
      `endpoint() expected what createHub() gives, and got ${typeof hub}. Does its module export it, and does it not import this one?`,
    )
  }
  const handlers = new Map<ServerTransport['method'], EndpointHandler>()
  for (const transport of transports) {
    if (handlers.has(transport.method)) {
      throw new KitrtError('bad-argument', `endpoint() got two transports for ${transport.method}`)
    }
    handlers.set(transport.method, transport.handler(hub))
  }
  const none: EndpointHandler = () =>
    new Response('This endpoint has no such transport.', {
      status: 405,
      headers: { allow: [...handlers.keys()].join(', ') },
    })
  return { GET: handlers.get('GET') ?? none, POST: handlers.get('POST') ?? none }
}
