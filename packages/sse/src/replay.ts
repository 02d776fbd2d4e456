import { KitrtError } from '@kitrt/core'
import type { RequestEvent } from '@sveltejs/kit'
import type { EventStream } from './event-stream.ts'
import { createHistory } from './history.ts'
import type { History } from './history.ts'
import type { Producer } from './produce.ts'

export interface ReplayOptions<Event extends RequestEvent = RequestEvent> {
  /** How many events are kept, of each key. @default 500 */
  size?: number | undefined
  /** How long an event is kept, in ms. @default 600_000 */
  ttl?: number | undefined
  /** What a client hears: the events that were emitted with this key. @default one for all */
  key?: ((event: Event) => string) | undefined
  /** How many keys have a history; the one that was used longest ago is forgotten first. @default 10_000 */
  maxKeys?: number | undefined
}

/** A producer that all clients of a route share, and that remembers. */
export interface Replay<Event extends RequestEvent = RequestEvent> {
  (producer: Parameters<Producer<Event>>[0]): () => void
  /**
   * Sends an event to every client of the route, or of a key, and keeps it for those that come back.
   *
   * @returns the event's id
   * @throws {KitrtError} `bad-argument` for a key where the route has none, or the other way round
   */
  emit(event: string, data: unknown, options?: { key?: string | undefined }): { id: string }
}

/**
 * A bounded history for a route: a client that comes back gets exactly what it has missed. When that
 * is no longer known (it was too long away, or the server has restarted), it is told by an event
 * `reset` with `{ reason }`, and should load its state anew.
 *
 * ```ts
 * export const news = replay({ size: 500, ttl: 600_000 })
 * export const GET = produce(news)
 * // from anywhere on the server
 * news.emit('message', { title: 'hello' })
 * ```
 */
export function replay<Event extends RequestEvent = RequestEvent>({
  size = 500,
  ttl = 600_000,
  key,
  maxKeys = 10_000,
}: ReplayOptions<Event> = {}): Replay<Event> {
  interface Channel {
    history: History
    open: Set<EventStream['emit']>
  }
  const channels = new Map<string, Channel>()

  /** The channel of a key, which is now the one that was used last. */
  function channelOf(name: string): Channel {
    const channel = channels.get(name) ?? { history: createHistory({ size, ttl }), open: new Set() }
    channels.delete(name)
    channels.set(name, channel)
    if (channels.size > maxKeys) forgetOldest()
    return channel
  }

  function forgetOldest(): void {
    for (const [name, { open }] of channels) {
      if (open.size > 0) continue
      channels.delete(name)
      return
    }
  }

  const producer = ({
    emit,
    position,
    lastEventId,
    event,
  }: Parameters<Producer<Event>>[0]): (() => void) => {
    const { history, open } = channelOf(key?.(event) ?? '')
    const missed = lastEventId === undefined ? [] : history.after(lastEventId)
    if (Array.isArray(missed)) {
      for (const { name, data, id } of missed) emit(name, data, { id })
      // A client that leaves before the first event must know where it was, too.
      if (missed.length === 0) position(history.last())
    } else emit('reset', { reason: missed.reason }, { id: history.last() })
    open.add(emit)
    return () => open.delete(emit)
  }

  return Object.assign(producer, {
    emit(name: string, data: unknown, { key: of }: { key?: string | undefined } = {}) {
      if ((of === undefined) !== (key === undefined)) {
        throw new KitrtError(
          'bad-argument',
          key
            ? 'emit() expected a key, since replay() has one'
            : `emit() got the key '${of}', but replay() has none`,
        )
      }
      const { history, open } = channelOf(of ?? '')
      const id = history.add(name, data)
      for (const emit of open) emit(name, data, { id })
      return { id }
    },
  })
}
