import { EventEmitter } from 'node:events'
import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { createHandshaker } from './node-handshake.ts'
import type { HandshakeHelper, HonoPair } from './node-handshake.ts'

/** Handshakes by @hono/node-server 2 and ws. */
export const nodeServer: HandshakeHelper = (options) =>
  createHandshaker(options, ({ fetch }) => {
    const wss = new WebSocketServer({ noServer: true })
    // Hono puts its listener on the server that it is given. On one of its own it sees only requests
    // that are to become sockets; beside a second listener it answers no refusals.
    const stub = new EventEmitter().on('upgrade', () => {})
    createAdaptorServer({
      fetch,
      overrideGlobalObjects: false,
      createServer: (() => stub) as never,
      websocket: { server: wss },
    })
    const listener = stub.listeners('upgrade').at(-1) as HonoPair['listener']
    return { wss, upgradeWebSocket: upgradeWebSocket as HonoPair['upgradeWebSocket'], listener }
  })
