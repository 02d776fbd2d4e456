import { createNodeWebSocket } from '@hono/node-ws'
import { nodeWs } from '@kitrt/ws/node-ws'
import type { HandshakeHelper } from '@kitrt/ws/node'

export const helper: HandshakeHelper = nodeWs(createNodeWebSocket)
