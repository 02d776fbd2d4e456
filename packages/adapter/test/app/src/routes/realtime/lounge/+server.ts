import { endpoint } from '@kitrt/core/server'
import { eventStream } from '@kitrt/sse'
import { websocket } from '@kitrt/ws'
import { hub } from '#lib/server/lounge.ts'

export const { GET, POST } = endpoint(hub, [websocket(), eventStream()])
