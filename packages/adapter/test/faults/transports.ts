import type { ClientTransport } from '@kitrt/core/client'
import { eventStream } from '@kitrt/sse/client'
import { websocket } from '@kitrt/ws/client'

export const transports: Record<'websocket' | 'event-stream', () => ClientTransport> = {
  websocket: () => websocket(),
  'event-stream': () => eventStream(),
}

export type TransportName = keyof typeof transports

export const transportNames = Object.keys(transports) as TransportName[]
