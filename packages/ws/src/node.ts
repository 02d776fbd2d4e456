import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { reportError } from '@kitrt/core'
import { forgetContexts } from '@kitrt/core/server'
import { asksForWebSocket, examine } from './handshake.ts'
import { largestPayload } from './largest-payload.ts'
import type { HandshakeHelper, UpgradeRequest } from './node-handshake.ts'
import { nodeServer } from './node-server.ts'
import { answer, call, createUpgradeResponse, headersOfMessage } from './node-upgrade.ts'
import type { Listener } from './node-upgrade.ts'
import { createOriginCheck } from './origin.ts'
import type { OriginOptions } from './origin.ts'
import { endSlot, slots } from './slot.ts'
import type { UpgradeSlot } from './slot.ts'

export { asksForWebSocket, headersOfMessage, largestPayload }
export type { HandshakeHelper, Listener }

export interface AttachOptions extends OriginOptions {
  /** The largest message of any route, in bytes; over it the socket is closed before it is read. @default 16_777_216 */
  maxPayload?: number | undefined
  /** Upgrade requests that belong to somebody else on the same server, such as Vite's HMR. @default none */
  ignore?: ((request: IncomingMessage) => boolean) | undefined
  /** Which of Hono's WebSocket helpers does the handshakes; see `@kitrt/ws/node-ws`. @default that of @hono/node-server 2 */
  helper?: HandshakeHelper | undefined
}

/**
 * Gives an HTTP server the sockets of an app: each upgrade request goes through `listener`, the
 * same that answers plain requests, and becomes a socket if a route wants it. Vite's dev and preview
 * servers, our own production server and adapter-node's all come through here.
 *
 * @param listener @default the server's own listeners of plain requests
 * @returns the stop: it takes its listeners off again and drops the open sockets
 */
export function attach(
  server: EventEmitter,
  listener: Listener = toListenersOf(server),
  {
    maxPayload = 2 ** 24,
    ignore = () => false,
    helper = nodeServer,
    ...origins
  }: AttachOptions = {},
): () => void {
  const allowed = createOriginCheck(origins)
  const handshaker = helper({ maxPayload })

  async function take(...request: UpgradeRequest): Promise<void> {
    const [incoming] = request
    if (ignore(incoming)) return
    const response = createUpgradeResponse(incoming)
    if (!response) return
    const header = headersOfMessage(incoming)
    if (!asksForWebSocket(header)) return answerPlainly(listener, response)
    const door = examine(incoming.method ?? '', header, allowed, origins.hostOf)
    if (door instanceof Response) {
      response.writeHead(door.status, Object.fromEntries(door.headers)).end(await door.text())
      return
    }
    const slot: UpgradeSlot = { request: incoming, ...door }
    const headers = await answer(response, slot, () => call(listener, response))
    const { connection } = slot
    if (connection && headers) handshaker.accept(request, { connection, headers })
    else endSlot(slot)
  }

  const onUpgrade = (...request: UpgradeRequest): void => {
    take(...request).catch((error: unknown) => {
      reportError(error, { stage: `an upgrade request for ${request[0].url}` })
      request[1].destroy()
    })
  }
  // A plain request begins without a slot: Deno could show it one of a request before (see `atBoot` in core).
  const onRequest = (request: IncomingMessage): void => {
    const slot = slots.getStore()
    if (slot && slot.request !== request) forgetContexts()
  }
  server.on('upgrade', onUpgrade)
  server.prependListener('request', onRequest)

  return () => {
    server.off('upgrade', onUpgrade)
    server.off('request', onRequest)
    handshaker.close()
  }
}

/** Not by `emit`, which is patched on Deno to begin a request in no context, and that would take its slot. */
const toListenersOf =
  (server: EventEmitter): Listener =>
  (...request) =>
    Promise.all(
      server.listeners('request').map((one): unknown => Reflect.apply(one, server, request)),
    )

/**
 * Answers an upgrade to something else as if none had been asked for, as RFC 9110, section 7.8, lets
 * a server do with `h2c` and others.
 */
function answerPlainly(listener: Listener, response: ServerResponse): void {
  const { method, socket } = response.req
  // Node has already taken the parser away, so a body could not be read any more.
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(501).end('Not Implemented')
    return
  }
  slots.run(undefined, () => void call(listener, response))
  socket.resume()
}
