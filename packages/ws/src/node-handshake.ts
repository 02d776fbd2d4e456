import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { reportError } from '@kitrt/core'
import { Hono } from 'hono'
import type { UpgradeWebSocket } from 'hono/ws'
import type { Connection } from './connection.ts'
import { toHonoEvents } from './hono-events.ts'
import { handshakeHeaders } from './upgrade.ts'
import type { Wire } from './wire.ts'

/** An upgrade request, as Node's servers emit it. */
export type UpgradeRequest = [incoming: IncomingMessage, socket: Duplex, head: Buffer]

/** A socket that a route has accepted, and the headers that go out with its 101. */
export interface AcceptedSocket {
  connection: Connection
  headers: Headers
}

/** Completes the handshakes of sockets that a route has accepted. */
export interface Handshaker {
  accept(request: UpgradeRequest, accepted: AcceptedSocket): void
  /** Drops the open sockets and takes no more. Closing twice does nothing. */
  close(): void
}

export interface HandshakerOptions {
  /** The largest message of any route, in bytes. */
  maxPayload: number
}

/** One of Hono's WebSocket helpers for Node. */
export type HandshakeHelper = (options: HandshakerOptions) => Handshaker

/** What we use of a socket of ws. */
interface WsSocket {
  readonly bufferedAmount: number
  on(event: 'ping' | 'pong', listener: () => void): unknown
  send(data: string | ArrayBuffer | ArrayBufferView): void
  close(code: number, reason: string): void
  terminate(): void
  pause(): void
  resume(): void
  ping(data?: undefined, mask?: undefined, sent?: (error?: Error) => void): void
}

/** What we use of a server of ws, in whatever version a pair brings. */
export interface WsServer {
  options: {
    maxPayload?: number | undefined
    handleProtocols?:
      | ((offered: Set<string>, incoming: IncomingMessage) => string | false)
      | undefined
  }
  clients: Iterable<{ terminate(): void }>
  on(event: 'headers', listener: (lines: string[], incoming: IncomingMessage) => void): unknown
  close(): void
}

/** One of Hono's ways to a WebSocket on Node. */
export interface HonoPair {
  wss: WsServer
  upgradeWebSocket: UpgradeWebSocket
  /** The listener that it would put on a server. */
  listener: (...request: UpgradeRequest) => unknown
}

const toWire = (raw: WsSocket, connection: Connection): Wire => {
  raw.on('pong', connection.ponged)
  raw.on('ping', connection.pinged)
  return {
    bufferedAmount: () => raw.bufferedAmount,
    send: (data) => raw.send(data),
    close: (code, reason) => raw.close(code, reason),
    terminate: () => raw.terminate(),
    ping: () => raw.ping(),
    pause: () => raw.pause(),
    resume: () => raw.resume(),
    // Frames go out in their order, so when this one has gone all before it have. With a socket that
    // is closing ws calls back at once with an error: what waits there is taken when it has closed.
    onDrain: (taken) =>
      raw.ping(undefined, undefined, (error) => {
        if (!error) taken()
      }),
  }
}

/** @param createPair makes a pair whose requests go to an app */
export function createHandshaker(
  { maxPayload }: HandshakerOptions,
  createPair: (app: Hono<{ Bindings: { incoming: IncomingMessage } }>) => HonoPair,
): Handshaker {
  const accepted = new WeakMap<IncomingMessage, AcceptedSocket>()
  /** Requests whose 101 is on its way. */
  const done = new WeakSet<IncomingMessage>()
  const app = new Hono<{ Bindings: { incoming: IncomingMessage } }>()
  const { wss, upgradeWebSocket, listener } = createPair(app)

  app.all('*', async (c): Promise<Response> => {
    const connection = accepted.get(c.env.incoming)?.connection
    if (!connection) return c.body(null, 500)
    // Without an `onError`, which @hono/node-ws cannot call before Node 26 (honojs/middleware#784);
    // each pair listens for errors itself, and the close that follows says the rest.
    const { onOpen, onMessage, onClose } = toHonoEvents<unknown>(connection, (raw) =>
      toWire(raw as WsSocket, connection),
    )
    return upgradeWebSocket(c, { onOpen, onMessage, onClose })
  })
  app.onError((error, c) => {
    reportError(error, { stage: `the handshake of ${c.req.path}` })
    return c.body(null, 500)
  })

  wss.options.maxPayload = maxPayload
  wss.options.handleProtocols = (_offered, incoming) =>
    accepted.get(incoming)?.connection.protocol || false
  wss.on('headers', (lines, incoming) => {
    const socket = accepted.get(incoming)
    if (!socket) return
    done.add(incoming)
    for (const [name, value] of handshakeHeaders(socket.headers)) lines.push(`${name}: ${value}`)
  })

  async function shake([incoming, socket, head]: UpgradeRequest): Promise<void> {
    try {
      await listener(incoming, socket, head)
    } catch {
      // It could make no `Request` of it.
    }
    if (done.has(incoming)) return
    accepted.get(incoming)?.connection.closed(1006, '')
    if (!socket.writableEnded)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  }

  let closed = false
  return {
    accept(request, socketOfRoute) {
      const [incoming, socket] = request
      // A pair would keep what it has of a request whose client has left.
      if (closed || !socket.readable || !socket.writable) {
        socketOfRoute.connection.closed(1006, '')
        socket.destroy()
        return
      }
      accepted.set(incoming, socketOfRoute)
      void shake(request)
    },
    close() {
      if (closed) return
      closed = true
      for (const client of wss.clients) client.terminate()
      wss.close()
    },
  }
}
