import { createHandshaker } from './node-handshake.ts'
import type { HandshakeHelper, HonoPair, WsServer } from './node-handshake.ts'

/** `createNodeWebSocket` of @hono/node-ws 1, which kitrt itself does not depend on. */
export type CreateNodeWebSocket = (init: { app: never }) => {
  wss: WsServer
  upgradeWebSocket: unknown
  injectWebSocket(server: never): void
}

/**
 * Handshakes by `@hono/node-ws` and `@hono/node-server` 1, for apps that stay with them:
 *
 * ```ts
 * attach(server, listener, { helper: nodeWs(createNodeWebSocket) })
 * ```
 *
 * Its `injectWebSocket` is not to be called on the server as well.
 */
export function nodeWs(createNodeWebSocket: CreateNodeWebSocket): HandshakeHelper {
  return (options) =>
    createHandshaker(options, (app) => {
      const { wss, upgradeWebSocket, injectWebSocket } = createNodeWebSocket({ app: app as never })
      let listener: HonoPair['listener'] = () => {}
      const server = { on: (_upgrade: string, itsOwn: typeof listener) => (listener = itsOwn) }
      injectWebSocket(server as never)
      return { wss, upgradeWebSocket: upgradeWebSocket as HonoPair['upgradeWebSocket'], listener }
    })
}
