import { setTimeout } from 'node:timers/promises'
import { socket } from '@kitrt/ws'

/** Twenty at a time, and a handler that takes its time, as one that asks a database does. */
export const GET = socket(
  async () => {
    await setTimeout(100)
    return { open: (peer) => peer.send('open') }
  },
  { maxConnections: 20 },
)
