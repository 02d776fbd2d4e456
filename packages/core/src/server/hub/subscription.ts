import type { OffReason, ResetReason, ServerFrame } from '../../protocol/frames.ts'
import { idOf } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'
import type { Engine } from '../engine.ts'
import { breakOf } from './chain.ts'
import { eventFrame } from './event-frame.ts'
import type { Follower, Room } from './room.ts'

/** What a subscription needs of its connection. */
export interface Writer {
  /** Whether as much waits as may. */
  readonly isFull: boolean
  write(text: string): void
}

/** One client's following of one room. */
export interface Subscription extends Follower {
  readonly room: Room
  /**
   * Reads and writes one page.
   *
   * @returns whether it is live, or over
   * @throws what the engine says
   */
  page(): Promise<boolean>
  /** Ends it and tells the client. */
  off(reason: OffReason): void
  /** Ends it without a word; twice is once. */
  end(): void
}

export interface SubscriptionOptions {
  room: Room
  /** Where the client is. */
  position: Position
  engine: Engine
  pageSize: number
  writer: Writer
  /** Asks for {@link Subscription.page} until it says that it is done. */
  catchUp: (subscription: Subscription) => void
  /** How long a client waits after a reset, in ms. */
  resetAfter: () => number
  /** Told once when it has ended, whichever way. */
  onEnd: () => void
  /** Told how many events were written. */
  onSent: (events: number) => void
  onReset: (reason: ResetReason) => void
}

export function createSubscription({
  room,
  position,
  engine,
  pageSize,
  writer,
  catchUp,
  resetAfter,
  onEnd,
  onSent,
  onReset,
}: SubscriptionOptions): Subscription {
  const { key, number } = room
  let id = idOf(position)
  /** Whether what the room tells goes straight to the client. */
  let live = false
  /** Whether something came while we were reading. */
  let dirty = false
  let ended = false

  const say = (frame: ServerFrame): void => writer.write(JSON.stringify({ c: number, ...frame }))

  function move(to: Position): void {
    position = to
    id = idOf(to)
  }

  function fallBehind(): void {
    live = false
    dirty = true
    catchUp(subscription)
  }

  function end(): void {
    if (ended) return
    ended = true
    leave()
    onEnd()
  }

  function broken(reason: ResetReason): void {
    if (ended) return
    say({ reset: reason, after: resetAfter() })
    onReset(reason)
    end()
  }

  const subscription: Subscription = {
    room,
    end,
    broken,
    off(reason) {
      if (ended) return
      say({ off: reason })
      end()
    },
    stale(is) {
      if (is) say({ stale: true })
      // Nobody who catches up is current yet.
      else if (live) say({ up: position })
    },
    deliver({ previous, entries, text, last }) {
      if (!live) {
        dirty = true
        return
      }
      if (writer.isFull) return fallBehind()
      if (previous === id) {
        writer.write(text)
        onSent(entries.length)
        return move(last)
      }
      // We may have read further than the room had told; or both are of logs that have forked.
      const next = entries.findIndex((entry) => entry.previous === id)
      if (next >= 0) {
        const rest = entries.slice(next).map((entry) => eventFrame(number, entry))
        writer.write(rest.join('\n'))
        onSent(rest.length)
        return move(last)
      }
      if (last !== position) fallBehind()
    },
    async page() {
      if (ended) return true
      dirty = false
      const page = await engine.read(key, position, pageSize)
      if (ended) return true
      const reason = breakOf(position, page)
      if (reason) {
        broken(reason)
        return true
      }
      for (const entry of page.entries) {
        // The rest is read again, when there is room.
        if (writer.isFull) return false
        writer.write(eventFrame(number, entry))
        onSent(1)
        move(entry.position)
      }
      if (dirty || position !== page.last) return false
      live = true
      if (room.isStale) say({ stale: true })
      else say({ up: position })
      return true
    },
  }
  const leave = room.join(subscription)
  return subscription
}
