import { shared } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import type { Emit } from './event-stream.ts'

/** An open stream, as the rest of the server sees it. */
export interface OpenStream {
  /** The request that opened it. */
  readonly event: RequestEvent
  emit: Emit
  /** Ends it. Ending twice does nothing. */
  end(): void
}

/** Open streams, and one `emit` for all of them. */
export interface OpenStreams extends Iterable<OpenStream> {
  readonly size: number
  /** Sends an event to each. Returns to how many it was sent; those that failed have ended, or read too slowly. */
  emit(...event: Parameters<Emit>): { sent: number; failed: number }
}

const byRoute = shared('sse.streams', () => new Map<string, Set<OpenStream>>())

/** Makes an open stream known. Returns its removal; removing twice does nothing. */
export function addStream(
  event: RequestEvent,
  stream: Pick<OpenStream, 'emit' | 'end'>,
): () => void {
  const route = event.route?.id ?? ''
  const open: OpenStream = { ...stream, event }
  const ofRoute = byRoute.get(route) ?? new Set()
  byRoute.set(route, ofRoute.add(open))
  return () => {
    ofRoute.delete(open)
    if (ofRoute.size === 0 && byRoute.get(route) === ofRoute) byRoute.delete(route)
  }
}

/**
 * The open streams of a route in this process, from any server code: a form action, a job.
 *
 * ```ts
 * streams('/notifications', ({ locals }) => friends.has(locals.user?.id)).emit('notification', note)
 * ```
 *
 * @param route the id of a stream route, such as `/news/[topic]`
 * @param filter picks streams by the request that opened them. @default all
 * @returns a copy: streams that come or go while it is read do not change it
 */
export function streams(
  route: string,
  filter: (event: RequestEvent) => boolean = () => true,
): OpenStreams {
  const picked = [...(byRoute.get(route) ?? [])].filter(({ event }) => filter(event))
  return {
    size: picked.length,
    [Symbol.iterator]: () => picked[Symbol.iterator](),
    emit(...event) {
      const sent = picked.filter(({ emit }) => !emit(...event).error).length
      return { sent, failed: picked.length - sent }
    },
  }
}
