import { createHub, memory } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { room } from '#lib/channels.ts'
import { messagesOf, save } from '#lib/server/messages.ts'
import { onMetric } from '#lib/server/metrics.ts'
import { serveStatus } from '#lib/server/status.ts'

export const hub = createHub({
  engine: memory(),
  user: ({ locals }: RequestEvent) => locals.user && { id: locals.user },
  onMetric,
})

export const rooms = hub.serve(room, {
  subscribe: () => true,
  publish: ({ user, params, event, key }) => user && save(key, params.id, user.id, event.text),
  snapshot: ({ params }) => messagesOf(params.id),
})

export const samples = serveStatus(hub)
