import type { Context, Handler } from 'hono'
import { createHonoEvent } from './hono-event.ts'
import type { HonoEvent } from './hono-event.ts'
import { remoteAddress } from './remote-address.ts'

export type { HonoEvent }

export interface HonoHandlerOptions {
  /** Behind a proxy: how its word for the client's address is read. @default the other end of the connection */
  getClientAddress?: ((c: Context) => string) | undefined
}

interface Route {
  /** A method's type, because a route may say which variables and parameters it takes for granted. */
  handle(event: HonoEvent): Promise<Response>
}

/**
 * Makes a handler of a plain Hono app, without SvelteKit, of what `socket()` returns:
 *
 * ```ts
 * app.get('/chat/:room', toHonoHandler(socket(({ params, locals }) => ({ … }))))
 * ```
 *
 * `locals` are the variables that middlewares have set (`c.set`), `route.id`, by which `peers` and
 * `publish` name the route, is the path that it is registered under, and what it throws goes to
 * `app.onError`, so that `HTTPException` refuses a handshake. The server needs `attach` of
 * `@kitrt/ws/node`, or the middleware of `@kitrt/ws/bun` or `/deno`.
 */
export function toHonoHandler(
  route: Route['handle'],
  { getClientAddress = remoteAddress }: HonoHandlerOptions = {},
): Handler {
  return async (c) => {
    const response = await route(createHonoEvent(c, getClientAddress))
    // With what `c.header` has gathered.
    return c.newResponse(response.body, response)
  }
}
