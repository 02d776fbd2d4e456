import type { Handler } from 'hono'
import { booted } from './boot.ts'
import { endConnections } from './draining.ts'
import type { ServerRuntime } from './server-runtime.ts'

const { served, runtime } = await booted
const { app } = served

/**
 * The whole app as a handler, for a Hono app and a server of your own: `own.all('*', handler)`.
 * What its server gives `fetch` as `env` must come along: on Bun `{ server }`, on Deno the info.
 */
export const handler: Handler = (c) => (runtime.enter ?? enter)(c, app)

const enter: NonNullable<ServerRuntime['enter']> = async (c) =>
  app.fetch(c.req.raw, c.env as object)

/** On Node: gives your server the sockets of the app. Returns the stop. Elsewhere `undefined`. */
export const attach: ServerRuntime['attach'] = runtime.attach

/** On Bun: what `Bun.serve` takes as `websocket`. Elsewhere `undefined`. */
export const websocket: object | undefined = runtime.websocket?.()

/** Tells every socket to come back later and ends every stream: to be awaited before your server stops. */
export const closeConnections: () => Promise<void> = endConnections
