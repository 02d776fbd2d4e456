import { createHub } from '@kitrt/core/server'
import { error } from '@sveltejs/kit'
import type { RequestEvent } from '@sveltejs/kit'
import { room, typing } from '#lib/channels.ts'
import { serveBoard } from '#lib/server/board.ts'
import { engine } from '#lib/server/engine.ts'
import { complaintAbout } from '#lib/server/manners.ts'
import { messagesOf, save } from '#lib/server/messages.ts'
import { onMetric } from '#lib/server/metrics.ts'
import { serveStatus } from '#lib/server/status.ts'

export const hub = createHub({
  engine,
  user: ({ locals }: Pick<RequestEvent, 'locals'>) => locals.user && { id: locals.user },
  onMetric,
})

export const rooms = hub.serve(room, {
  subscribe: () => true,
  publish({ user, params, event, key }) {
    if (!user) error(401, 'Say who you are first.')
    const complaint = complaintAbout(event.text)
    if (complaint) error(422, complaint)
    return save(key, params.id, user.id, event.text)
  },
  snapshot: ({ params }) => messagesOf(params.id),
  presence: ({ user }) => user && { name: user.id },
})

hub.serve(typing, {
  subscribe: () => true,
  publish: ({ user, event }) => user && { who: user.id, writes: event.writes },
})

export const board = serveBoard(hub)
export const samples = serveStatus(hub)
