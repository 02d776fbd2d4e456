import { connect } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { websocket } from '@kitrt/ws/client'
import { room, ticks } from '#lib/channels.ts'

const only = new URLSearchParams(location.search).get('only')

connect('/realtime/quick?user=page', {
  transports: [websocket(), eventStream()].filter(({ name }) => !only || name === only),
  channels: [room, ticks],
})
