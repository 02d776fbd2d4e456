import { upgradeWebSocket, websocket as honoWebSocket } from 'hono/bun'
import type { Context } from 'hono'
import { toHonoEvents } from './connection.ts'
import type { Wire } from './peer.ts'
import { createUpgrade } from './upgrade.ts'
import type { Accept, UpgradeOptions } from './upgrade.ts'

/** What we use of Bun's `ServerWebSocket`; the types of Bun and Deno cannot both be installed in an app. */
interface BunSocket {
  send(data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): number
  close(code: number, reason: string): void
  terminate(): void
  getBufferedAmount(): number
}

/** What we use of Bun's `Server`. */
interface BunServer {
  upgrade(request: Request, options: { data: unknown; headers?: Headers }): boolean
}

const toWire = (raw: BunSocket): Wire => ({
  bufferedAmount: () => raw.getBufferedAmount(),
  send: (data) => void raw.send(data),
  close: (code, reason) => raw.close(code, reason),
  terminate: () => raw.terminate(),
})

const accept: Accept = (c, connection, headers) => {
  const server = (c.env as { server: BunServer }).server
  // hono/bun has no way to send headers with the 101, but hands its options to `server.upgrade`.
  const withHeaders: BunServer = {
    upgrade: (request, options) => server.upgrade(request, { ...options, headers }),
  }
  const context = { req: c.req, env: { server: withHeaders } } as unknown as Context
  return upgradeWebSocket(context, toHonoEvents<BunSocket>(connection, toWire))
}

/** Bun's way of a request through `respond`. The Hono app's `env` must be `{ server }`. */
export const createBunUpgrade = (
  options: Omit<UpgradeOptions, 'accept'> = {},
): ReturnType<typeof createUpgrade> => createUpgrade({ ...options, accept })

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
} {
  return {
    ...honoWebSocket,
    maxPayloadLength: maxPayload,
    // Over this limit (16 MiB by default) Bun drops what is sent without a word; our own bound,
    // `maxBuffered`, comes first and says so (oven-sh/bun#15647).
    backpressureLimit: 2 ** 30,
  }
}
