import type { Carrier, Connection, ServerTransport } from '@kitrt/core/server'
import type { Peer } from './peer.ts'
import type { HandshakeEvent } from './request-event.ts'
import { socket } from './socket.ts'
import type { SocketOptions } from './socket-options.ts'

/** Of the options of a socket, those that the hub does not see to itself. */
export type WebsocketOptions = Pick<
  SocketOptions,
  'origins' | 'idleTimeout' | 'maxConnections' | 'maxConnectionsPerAddress'
>

/** Carries channels over WebSockets; see `endpoint` of `@kitrt/core/server`. */
export function websocket(options: WebsocketOptions = {}): ServerTransport {
  return {
    method: 'GET',
    handler: (hub) =>
      socket<HandshakeEvent>(
        async (event) => {
          const connect = await hub.connect(event)
          let connection: Connection | undefined
          return {
            open(peer) {
              connection = connect(carrierOf(peer))
            },
            message(peer, message) {
              if (typeof message === 'string') connection?.received(message)
              else peer.close(4000, 'frames are text')
            },
            close: () => connection?.closed(),
          }
        },
        {
          ...options,
          // The hub bounds what waits, and what comes: a character has 3 bytes of UTF-8 at most.
          maxBuffered: Infinity,
          maxPayload: hub.limits.maxMessage * 3,
          maxPending: hub.limits.maxMessage * 4,
        },
      ),
  }
}

function carrierOf(peer: Peer<HandshakeEvent>): Carrier {
  return {
    duplex: true,
    send: (message) => void peer.send(message),
    bufferedAmount: () => peer.bufferedAmount,
    onDrain(taken) {
      void peer.drained().then((open) => open && taken())
    },
    close: (code, reason) => peer.close(code, reason),
  }
}
