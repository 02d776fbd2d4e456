import { hub } from '#lib/hub.ts'
import { endpoint } from '@kitrt/core/server'
import { eventStream } from '@kitrt/sse'
import { websocket } from '@kitrt/ws'

export const { GET, POST } = endpoint(hub, [websocket(), eventStream()])
