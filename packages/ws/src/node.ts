import { ServerResponse } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server'
import type { HttpBindings, ServerType, WebSocketLike } from '@hono/node-server'
import { reportError } from '@kitrt/core'
import { Hono } from 'hono'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
export { asksForWebSocket } from './handshake.ts'
import { toHonoEvents } from './connection.ts'
import { asksForWebSocket, refuse } from './handshake.ts'
import type { HeaderReader } from './handshake.ts'
import { createOriginCheck } from './origin.ts'
import type { OriginOptions } from './origin.ts'
import type { Wire } from './peer.ts'
import { acceptedStatus, slots } from './slot.ts'
import type { UpgradeSlot } from './slot.ts'
import { handshakeHeaders } from './upgrade.ts'

/** What answers the plain requests of a server; may be async. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

export interface AttachOptions extends OriginOptions {
  /** The largest message of any route, in bytes; over it the socket is closed before it is read. @default 16_777_216 */
  maxPayload?: number | undefined
  /** Upgrade requests that belong to somebody else on the same server, such as Vite's HMR. @default none */
  ignore?: ((request: IncomingMessage) => boolean) | undefined
}

/** @param like Hono's view of what is, with the server made below, a socket of ws */
const toWire = (like: WebSocketLike): Wire => {
  const raw = like as WebSocket
  return {
    bufferedAmount: () => raw.bufferedAmount,
    send: (data) => raw.send(data),
    close: (code, reason) => raw.close(code, reason),
    terminate: () => raw.terminate(),
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
  const wss = new WebSocketServer({ noServer: true, maxPayload })
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
    const refusal = refuse(c.req.method, headersOfMessage(incoming), allowed)
    if (refusal) {
      response.writeHead(refusal.status, Object.fromEntries(refusal.headers))
      response.end(await refusal.text())
      return c.body(null)
    }
    const slot: UpgradeSlot = { request: incoming }
    const headers = await answer(response, slot, () => call(listener, response))
    if (!slot.connection || !headers) return c.body(null)
    const events = toHonoEvents<WebSocketLike>(slot.connection, toWire)
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

/** Reads headers as `Headers` would give them; Hono's copy leaves empty and repeated ones out. */
export function headersOfMessage({ headersDistinct }: IncomingMessage): HeaderReader {
  return (name) => headersDistinct[name]?.join(', ')
}

/**
 * A real `ServerResponse` on the socket of an upgrade request: it can carry any refusal, headers and body.
 *
 * @returns `undefined`, with the socket destroyed, when an answer to an earlier request is still on
 *   its way there: an upgrade cannot be pipelined
 */
function createUpgradeResponse(incoming: IncomingMessage): ServerResponse | undefined {
  const { socket } = incoming
  const response = new ServerResponse(incoming)
  response.shouldKeepAlive = false
  // Without a listener a reset would end the process.
  socket.on('error', () => {})
  try {
    response.assignSocket(socket)
  } catch {
    socket.destroy()
    return undefined
  }
  // Without this, refusals larger than the socket's buffer hang on Node and on Deno.
  const drain = (): void => void response.emit('drain')
  socket.on('drain', drain)
  response.once('finish', () => socket.end())
  const { detachSocket } = response
  response.detachSocket = () => {
    socket.off('drain', drain)
    detachSocket.call(response, socket)
  }
  return response
}

/**
 * Runs an upgrade request through the listener of plain requests.
 *
 * @returns the headers for the 101 when a route has filled the slot; `undefined` when the request was
 *   answered in another way, which then has gone out by itself, or its client left
 */
function answer(
  response: ServerResponse,
  slot: UpgradeSlot,
  listen: () => Promise<void>,
): Promise<Headers | undefined> {
  const { promise, resolve } = Promise.withResolvers<Headers | undefined>()
  const socket = response.req.socket
  const left = (): void => resolve(undefined)
  socket.once('close', left)

  const { writeHead } = response
  response.writeHead = (status: number, ...rest: never[]) => {
    response.writeHead = writeHead
    if (!slot.connection || status !== acceptedStatus) {
      resolve(undefined)
      return writeHead.call(response, status, ...rest)
    }
    // The socket goes on to the handshake, so nothing more of this answer may reach it.
    response.detachSocket(socket)
    socket.off('close', left)
    response.write = () => true
    response.end = () => response
    resolve(new Headers([...headersOf(response.getHeaders()), ...headersOf(rest.at(-1))]))
    return response
  }

  void slots.run(slot, listen)
  return promise
}

/** Calls a listener, and answers with 500 what it throws at once or later. */
async function call(listener: Listener, response: ServerResponse): Promise<void> {
  try {
    await listener(response.req, response)
  } catch (error) {
    reportError(error, { stage: `the answer to an upgrade request for ${response.req.url}` })
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end('Internal Server Error')
  }
}

function* headersOf(headers: unknown): Generator<[string, string]> {
  if (typeof headers !== 'object' || headers === null) return
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) yield [name, String(one)]
  }
}
