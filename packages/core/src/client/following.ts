import type { AnyChannel } from '../channel.ts'
import { KitrtError } from '../error.ts'
import { reportError } from '../on-error.ts'
import type { OnError } from '../on-error.ts'
import { idOf, isBehind } from '../protocol/position.ts'
import type { Position } from '../protocol/position.ts'

/**
 * How much a view of a channel can be trusted.
 *
 * - `connecting`: there is no state yet
 * - `live`: all that has happened is in it
 * - `resuming`: the connection is being restored, or what was missed is on its way
 * - `stale`: what is shown may be old, until a new state comes
 * - `offline`: there is no network
 * - `denied`: the rules do not allow it
 */
export type ChannelStatus = 'connecting' | 'live' | 'resuming' | 'stale' | 'offline' | 'denied'

/** A state and where it is in the log. */
export interface ChannelState {
  state: unknown
  position: Position
}

/** Told what happens on a channel. */
export interface FollowingObserver {
  /** State, status or fault have changed. */
  changed(): void
  /** An event was applied; all are told, in order, each once. */
  event?: ((event: unknown, position: Position) => void) | undefined
  /**
   * A state has come in place of events.
   *
   * @param missed whether there was one before, so that events in between were not told
   */
  jumped?: ((position: Position, missed: boolean) => void) | undefined
}

/** One channel as a client follows it: rule 1 of PROTOCOL.md. */
export interface Following {
  readonly channel: AnyChannel
  readonly params: unknown
  readonly key: string
  readonly observers: Set<FollowingObserver>
  /** The state that is shown. */
  readonly state: unknown
  /** Up to where the log has been applied; `undefined` when a new state is needed. */
  readonly position: Position | undefined
  readonly status: ChannelStatus
  /** What went wrong last: an event that does not fit, or why it is denied. */
  readonly error: KitrtError | undefined
  /**
   * A state that came with a page, or with a subscription.
   *
   * @returns whether it was taken: not when it is older than what there is
   */
  begin(from: ChannelState): boolean
  /** @returns whether it was applied, was there already, or leaves a gap */
  apply(event: { n: Position; p: string; d: unknown }): 'applied' | 'known' | 'gap'
  /** What we have cannot be joined to the log. */
  reset(): void
  setStatus(status: ChannelStatus, error?: KitrtError): void
  /** Shows what has come. */
  show(): void
}

/** How many of the last ids are known (rule 1). */
const remembered = 256

export interface FollowingOptions {
  channel: AnyChannel
  params: unknown
  key: string
  onError?: OnError | undefined
}

export function createFollowing({
  channel,
  params,
  key,
  onError = reportError,
}: FollowingOptions): Following {
  const observers = new Set<FollowingObserver>()
  let state: unknown = channel.fold.init()
  let shown = state
  let position: Position | undefined
  let status: ChannelStatus = 'connecting'
  let error: KitrtError | undefined
  let changed = false
  let begun = false
  /** In the order of their coming. */
  const ids = new Set<string>()

  function tell(call: (observer: FollowingObserver) => void): void {
    for (const observer of observers) {
      try {
        call(observer)
      } catch (fault) {
        onError(fault, { stage: key })
      }
    }
  }

  function show(): void {
    if (!changed) return
    changed = false
    shown = state
    tell((observer) => observer.changed())
  }

  return {
    channel,
    params,
    key,
    observers,
    get state() {
      return shown
    },
    get position() {
      return position
    },
    get status() {
      return status
    },
    get error() {
      return error
    },
    begin(from) {
      // A page that was loaded before what we have says nothing new.
      if (position && !isBehind(position, from.position)) return false
      ids.clear()
      state = from.state
      position = from.position
      changed = true
      const missed = begun
      begun = true
      tell((observer) => observer.jumped?.(from.position, missed))
      return true
    },
    apply({ n, p, d }) {
      const id = idOf(n)
      if (!position || ids.has(id) || id === idOf(position)) return 'known'
      if (p !== idOf(position)) return 'gap'
      position = n
      ids.add(id)
      if (ids.size > remembered) ids.delete(ids.values().next().value as string)
      try {
        const event: unknown = channel.event(d)
        state = channel.fold.apply(state, event)
        changed = true
        tell((observer) => observer.event?.(event, n))
      } catch (cause) {
        // It stays in the log for ever: who stops at it never goes on.
        error =
          cause instanceof KitrtError
            ? cause
            : new KitrtError('failed', `${key}: apply threw`, { cause })
        changed = true
        onError(error, { stage: key })
      }
      return 'applied'
    },
    reset() {
      position = undefined
    },
    setStatus(next, fault) {
      if (status === next && fault === undefined) return
      status = next
      error = fault ?? (next === 'live' ? error : undefined)
      changed = true
      show()
    },
    show,
  }
}
