import { getBunServer, upgradeWebSocket, websocket as honoWebSocket } from 'hono/bun'
import type { Context } from 'hono'
import type { Connection } from './connection.ts'
import { toHonoEvents } from './hono-events.ts'
import { largestPayload } from './largest-payload.ts'
import { createUpgrade } from './upgrade.ts'
import type { OriginOptions } from './origin.ts'
import type { Accept, Upgrade } from './upgrade.ts'
import type { Wire } from './wire.ts'

export { largestPayload }

/** What we use of Bun's `ServerWebSocket`; the types of Bun and Deno cannot both be installed in an app. */
interface BunSocket {
  /** Takes any view; Bun's own type names them one by one. */
  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): number
  close(code: number, reason: string): void
  terminate(): void
  ping(): void
  getBufferedAmount(): number
}

/** What we use of Bun's `Server`. */
interface BunServer {
  upgrade(request: Request, options: { data: unknown; headers?: Headers }): boolean
}

/** What Bun tells of a socket beside what Hono passes on. */
interface Events {
  connection: Connection
  /** Those who wait until Bun has sent what waits. */
  drains: (() => void)[]
}

const eventsOf = new WeakMap<BunSocket, Events>()

const toWire = (raw: BunSocket, connection: Connection): Wire => {
  const drains: (() => void)[] = []
  eventsOf.set(raw, { connection, drains })
  return {
    bufferedAmount: () => raw.getBufferedAmount(),
    send: (data) => void raw.send(data as Uint8Array<ArrayBuffer>),
    close: (code, reason) => raw.close(code, reason),
    terminate: () => raw.terminate(),
    ping: () => raw.ping(),
    onDrain: (taken) => void drains.push(taken),
  }
}

const accept: Accept = (c, connection, headers) => {
  const server = getBunServer<BunServer>(c) as BunServer
  // hono/bun has no way to send headers with the 101, but hands its options to `server.upgrade`.
  headers.set('sec-websocket-protocol', connection.protocol)
  const withHeaders: BunServer = {
    upgrade: (request, options) => server.upgrade(request, { ...options, headers }),
  }
  const context = { req: c.req, env: { server: withHeaders } } as unknown as Context
  return upgradeWebSocket(
    context,
    toHonoEvents<BunSocket>(connection, (raw) => toWire(raw, connection)),
  )
}

/**
 * Makes sockets of Bun's requests: a middleware that comes before all routes.
 *
 * ```ts
 * const server = new Hono().use(createBunUpgrade()).route('/', app)
 * export default { fetch: server.fetch, websocket: createBunWebSocket() }
 * ```
 *
 * The app's `env` must be Bun's server, or hold it as `server`.
 */
export const createBunUpgrade = (options: OriginOptions = {}): Upgrade =>
  createUpgrade({ ...options, accept })

export interface BunWebSocketOptions {
  /** The largest message of any route, in bytes; over it the socket is closed before it is read. @default 16_777_216 */
  maxPayload?: number | undefined
}

/** What `Bun.serve` takes as `websocket`. */
export function createBunWebSocket({
  maxPayload = 2 ** 24,
}: BunWebSocketOptions = {}): typeof honoWebSocket & {
  maxPayloadLength: number
  backpressureLimit: number
  idleTimeout: number
  sendPings: boolean
  ping(raw: BunSocket): void
  pong(raw: BunSocket): void
  drain(raw: BunSocket): void
} {
  return {
    ...honoWebSocket,
    maxPayloadLength: maxPayload,
    // Over this limit (16 MiB by default) Bun drops what is sent without a word; our own bound,
    // `maxBuffered`, comes first and says so (oven-sh/bun#15647).
    backpressureLimit: 2 ** 30,
    // Each route has its own `idleTimeout`, which only we know.
    idleTimeout: 0,
    sendPings: false,
    ping: (raw) => eventsOf.get(raw)?.connection.pinged(),
    pong: (raw) => eventsOf.get(raw)?.connection.ponged(),
    drain: (raw) => {
      for (const taken of eventsOf.get(raw)?.drains.splice(0) ?? []) taken()
    },
  }
}
