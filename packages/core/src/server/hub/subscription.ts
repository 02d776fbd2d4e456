import type { OffReason, ResetReason, ServerFrame } from '../../protocol/frames.ts'
import { idOf, isBehind } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'
import type { Engine } from '../engine.ts'
import { breakOf, breakOfLatest } from './chain.ts'
import { eventFrame } from './event-frame.ts'
import type { Follower, Room } from './room.ts'

/** What a subscription needs of its connection. */
export interface Writer {
  /** Whether as much waits as may. */
  readonly isFull: boolean
  /** Whether so much waits that only what is newest is worth while. */
  readonly isSlow: boolean
  write(text: string): void
}

/** One client's following of one room. */
export interface Subscription extends Follower {
  readonly room: Room
  /** How much may wait before a page is written. */
  readonly until: 'slow' | 'full'
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
  /** Nothing older may be told, in ms since 1970. @default all may */
  after: number | undefined
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
  /** Told how many messages of a `volatile` channel were not. */
  onDropped: (messages: number) => void
  onReset: (reason: ResetReason) => void
}

export function createSubscription({
  room,
  position,
  after = -Infinity,
  engine,
  pageSize,
  writer,
  catchUp,
  resetAfter,
  onEnd,
  onSent,
  onDropped,
  onReset,
}: SubscriptionOptions): Subscription {
  const { key, number, policy } = room
  const isLatest = policy === 'latest'
  let id = idOf(position)
  /** Whether what the room tells goes straight to the client. */
  let live = false
  /** Whether something came while we were reading. */
  let dirty = false
  /** Whether the list of members is to be told, since it was not, or not all of what came after it. */
  let unmet = true
  let ended = false

  const mayWrite = (): boolean => !(isLatest ? writer.isSlow : writer.isFull)
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

  /** The list of members, to who is live. */
  function introduce(): void {
    const all = room.presence?.all
    if (!unmet || all === undefined) return
    writer.write(all)
    unmet = false
  }

  const subscription: Subscription = {
    room,
    until: isLatest ? 'slow' : 'full',
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
    tell(text) {
      // At most once, and never late.
      if (!live || writer.isSlow) return onDropped(1)
      writer.write(text)
      onSent(1)
    },
    meet(text) {
      if (!live) unmet = true
      else if (unmet) introduce()
      else if (writer.isFull) {
        unmet = true
        fallBehind()
      } else writer.write(text)
    },
    deliver({ previous, entries, text, last }) {
      if (!live) {
        dirty = true
        return
      }
      if (!mayWrite()) return fallBehind()
      if (isLatest) {
        // We may have read further than the room had told.
        const rest = entries.filter((entry) => isBehind(position, entry.position))
        if (rest.length === 0) return
        const same = rest.length === entries.length
        writer.write(same ? text : rest.map((entry) => eventFrame(number, entry)).join('\n'))
        onSent(rest.length)
        return move(last)
      }
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
      const reason = (isLatest ? breakOfLatest : breakOf)(position, page)
      if (reason) {
        broken(reason)
        return true
      }
      // What is missing in between is not for this client; a state is, without it.
      if (page.entries.some(({ at }) => at <= after)) {
        broken('evicted')
        return true
      }
      for (const entry of page.entries) {
        // The rest is read again, when there is room.
        if (!mayWrite()) return false
        writer.write(eventFrame(number, entry))
        onSent(1)
        move(entry.position)
      }
      // The last of its key may be gone by now.
      if (isLatest && page.entries.length < pageSize) move(page.last)
      if (dirty || position !== page.last) return false
      live = true
      introduce()
      if (room.isStale) say({ stale: true })
      else say({ up: position })
      return true
    },
  }
  const leave = room.join(subscription)
  return subscription
}
