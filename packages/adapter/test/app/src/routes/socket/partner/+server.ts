import { socket } from '@kitrt/ws'

/** Taken by the pages of a partner too; speaks two subprotocols. */
export const GET = socket(() => ({ open: (peer) => peer.send(`speaks '${peer.protocol}'`) }), {
  origins: ['https://partner.example'],
  protocols: ['chat.v2', 'chat.v1'],
  maxConnectionsPerAddress: 2,
})
