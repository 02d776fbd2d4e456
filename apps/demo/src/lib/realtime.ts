import { connect } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { websocket } from '@kitrt/ws/client'
import { pointers } from '#lib/board.ts'
import { room } from '#lib/channels.ts'
import { status } from '#lib/status.ts'

/** A visitor of the demo may do without sockets. */
export const streamsOnly = sessionStorage.getItem('streams') !== null

export const session = connect('/realtime', {
  transports: streamsOnly ? [eventStream()] : [websocket(), eventStream()],
  channels: [room, pointers, status],
})
