import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server'
import type { HttpBindings, ServerType, WebSocketLike } from '@hono/node-server'
import { Hono } from 'hono'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Connection } from './connection.ts'
import { asksForWebSocket, examine } from './handshake.ts'
import { createOriginCheck } from './origin.ts'
import { toHonoEvents } from './hono-events.ts'
import type { OriginOptions } from './origin.ts'
import type { Wire } from './wire.ts'
import { answer, call, createUpgradeResponse, headersOfMessage } from './node-upgrade.ts'
import type { Listener } from './node-upgrade.ts'
import { largestPayload } from './largest-payload.ts'
import { slots } from './slot.ts'
import type { UpgradeSlot } from './slot.ts'
import { handshakeHeaders } from './upgrade.ts'

export { asksForWebSocket, headersOfMessage, largestPayload }
export type { Listener }

export interface AttachOptions extends OriginOptions {
  /** The largest message of any route, in bytes; over it the socket is closed before it is read. @default 16_777_216 */
  maxPayload?: number | undefined
  /** Upgrade requests that belong to somebody else on the same server, such as Vite's HMR. @default none */
  ignore?: ((request: IncomingMessage) => boolean) | undefined
}

/** @param like Hono's view of what is, with the server made below, a socket of ws */
const toWire = (like: WebSocketLike, connection: Connection): Wire => {
  const raw = like as WebSocket
  raw.on('pong', connection.alive)
  raw.on('ping', connection.pinged)
  return {
    bufferedAmount: () => raw.bufferedAmount,
    send: (data) => raw.send(data),
    close: (code, reason) => raw.close(code, reason),
    terminate: () => raw.terminate(),
    ping: () => raw.ping(),
    // Frames go out in their order, so when this one has gone all before it have; ws tells of a
    // ping without its socket being open by throwing.
    onDrain: (taken) => raw.ping(undefined, undefined, taken),
  }
}

/**
 * Gives an HTTP server the sockets of an app: each upgrade request goes through `listener`, the
 * same that answers plain requests, and becomes a socket if a route wants it. Vite's dev and preview
 * servers, our own production server and adapter-node's all come through here.
 *
 * @returns the stop: it takes the listeners off again and drops the open sockets
 */
export function attach(
  server: Server,
  listener: Listener,
  { maxPayload = 2 ** 24, ignore = () => false, ...origins }: AttachOptions = {},
): () => void {
  const allowed = createOriginCheck(origins)
  /** The subprotocol that the route has chosen for a request. */
  const protocols = new WeakMap<IncomingMessage, string>()
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload,
    handleProtocols: (_offered, incoming) => protocols.get(incoming) || false,
  })
  const before = new Set(server.listeners('upgrade'))
  /** Requests that Hono could make a `Request` of; the rest are malformed. */
  const understood = new WeakSet<IncomingMessage>()

  const app = new Hono<{ Bindings: HttpBindings }>()
  app.all('*', async (c) => {
    const { incoming } = c.env
    understood.add(incoming)
    if (ignore(incoming)) return c.body(null)
    const response = createUpgradeResponse(incoming)
    if (!response) return c.body(null)
    const door = examine(c.req.method, headersOfMessage(incoming), allowed)
    if (door instanceof Response) {
      response.writeHead(door.status, Object.fromEntries(door.headers))
      response.end(await door.text())
      return c.body(null)
    }
    const slot: UpgradeSlot = { request: incoming, ...door }
    const headers = await answer(response, slot, () => call(listener, response))
    if (!slot.connection || !headers) return c.body(null)
    const { connection } = slot
    protocols.set(incoming, connection.protocol)
    const events = toHonoEvents<WebSocketLike>(connection, (raw) => toWire(raw, connection))
    const handshake = await upgradeWebSocket(c, events)
    for (const [name, value] of handshakeHeaders(headers)) handshake.headers.append(name, value)
    return handshake
  })

  // Hono puts its own upgrade listener on whatever server it is given. That listener leaves refused
  // requests to the others when there are others, so the refusals, with their bodies, are ours.
  createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    createServer: (() => server) as never,
    websocket: { server: wss },
  }) satisfies ServerType

  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    // Listeners run in order, and Hono's calls `fetch` before its first await.
    if (understood.has(incoming) || ignore(incoming)) return
    const response = createUpgradeResponse(incoming)
    if (!response) return
    if (asksForWebSocket(headersOfMessage(incoming)))
      return response.writeHead(400).end('Bad Request')
    // `Upgrade: h2c` and others: RFC 9110, section 7.8, lets a server ignore them, but Node has
    // already taken the parser away, so a body could not be read any more.
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
      return response.writeHead(501).end('Not Implemented')
    }
    slots.run(undefined, () => void call(listener, response))
    socket.resume()
  })

  return () => {
    for (const added of server.listeners('upgrade')) {
      if (!before.has(added)) server.off('upgrade', added as () => void)
    }
    for (const client of wss.clients) client.terminate()
  }
}
