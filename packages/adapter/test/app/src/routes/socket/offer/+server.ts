import { socket } from '@kitrt/ws'

/** Tells a client which extensions it has offered. */
export const GET = socket(() => ({
  open: (peer) => {
    peer.send(peer.event.headers.get('sec-websocket-extensions') ?? '')
  },
}))
