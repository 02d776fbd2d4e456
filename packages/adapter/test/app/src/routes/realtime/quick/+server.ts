import { endpoint } from '@kitrt/core/server'
import { eventStream } from '@kitrt/sse'
import { websocket } from '@kitrt/ws'
import { quickHub } from '#lib/server/hub.ts'

export const { GET, POST } = endpoint(quickHub, [websocket(), eventStream()])
