import type { Context, Env } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { routePath } from 'hono/route'
import type { ParamKeyToRecord, ParamKeys } from 'hono/types'
import type { CookieOptions } from 'hono/utils/cookie'
import type { UnionToIntersection } from 'hono/utils/types'
import type { HandshakeEvent } from './request-event.ts'

/**
 * A request of a Hono app, in the words of SvelteKit's event.
 *
 * `HonoEvent<Env, '/chat/:room'>` knows the variables of the app and the parameters of a path.
 */
export interface HonoEvent<
  AppEnv extends Env = Env,
  Path extends string = string,
> extends HandshakeEvent {
  readonly params: string extends Path
    ? Record<string, string>
    : UnionToIntersection<ParamKeyToRecord<ParamKeys<Path>>> & object
  /** The path under which the route was registered. */
  readonly route: { id: string }
  /** `c.var`, as it was when the request came to the route. */
  readonly locals: Context<AppEnv>['var']
  readonly cookies: {
    get(name: string): string | undefined
    getAll(): { name: string; value: string }[]
    /** For the whole site (`path: '/'`), `httpOnly`, `sameSite: 'Lax'` and, but on http://localhost, `secure`, as in SvelteKit. */
    set(name: string, value: string, options?: CookieOptions): void
    delete(name: string, options?: CookieOptions): void
  }
  /** Headers of the answer: the 101, or whatever the route answers. */
  readonly setHeaders: (headers: Record<string, string>) => void
}

/** @param getClientAddress called when the route asks for the address */
export function createHonoEvent(c: Context, getClientAddress: (c: Context) => string): HonoEvent {
  const url = new URL(c.req.url)
  // Read now: Deno takes the request away with the handshake, and peers know their cookies for longer.
  const cookies = getCookie(c)
  const defaults: CookieOptions = {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: url.origin.startsWith('https:') || url.hostname !== 'localhost',
  }
  return {
    params: c.req.param(),
    route: { id: routePath(c) },
    url,
    locals: c.var,
    request: c.req.raw,
    cookies: {
      get: (name) => cookies[name],
      getAll: () => Object.entries(cookies).map(([name, value]) => ({ name, value })),
      set(name, value, options) {
        setCookie(c, name, value, { ...defaults, ...options })
        cookies[name] = value
      },
      delete(name, options) {
        deleteCookie(c, name, { ...defaults, ...options })
        delete cookies[name]
      },
    },
    setHeaders(headers) {
      for (const [name, value] of Object.entries(headers)) c.header(name, value)
    },
    getClientAddress: () => getClientAddress(c),
    isSubRequest: false,
  }
}
