import { endpoint } from '@kitrt/core/server'
import { eventStream } from '@kitrt/sse'
import { websocket } from '@kitrt/ws'
import { strictHub } from '#lib/server/hub.ts'

export const { GET, POST } = endpoint(strictHub, [websocket(), eventStream({ maxAge: 2_000 })])
