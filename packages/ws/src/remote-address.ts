import { KitrtError } from '@kitrt/core'
import type { Context } from 'hono'

interface BunServer {
  requestIP?: ((request: Request) => { address: string } | null) | undefined
}

/** What Hono's adapters put into `c.env`; see `getConnInfo` of each. */
interface Bindings extends BunServer {
  /** @hono/node-server */
  incoming?: { socket: { remoteAddress?: string | undefined } } | undefined
  /** Deno's second argument of `fetch` */
  remoteAddr?: { hostname?: string | undefined } | undefined
  /** Bun's second argument of `fetch`, unless that is the whole `env` */
  server?: BunServer | undefined
}

/**
 * The address at the other end of a connection, on any runtime.
 *
 * @throws {KitrtError} `bad-argument` when the server has not handed its own arguments of `fetch` on
 */
export function remoteAddress(c: Context): string {
  const env = (c.env ?? {}) as Bindings
  const { incoming, remoteAddr, server = env } = env
  const address =
    incoming?.socket.remoteAddress ?? remoteAddr?.hostname ?? server.requestIP?.(c.req.raw)?.address
  if (address !== undefined) return address
  throw new KitrtError(
    'bad-argument',
    "getClientAddress() expected the runtime's arguments in c.env, as app.fetch(request, info) puts them there, got none.",
  )
}
