import type { AnyChannel } from '../channel.ts'
import { KitrtError } from '../error.ts'
import { reportError } from '../on-error.ts'
import type { OnError } from '../on-error.ts'
import { epochOf, idOf, isBehind } from '../protocol/position.ts'
import type { Position } from '../protocol/position.ts'
import type { ServerFrame } from '../protocol/frames.ts'

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

/** Somebody who follows the channel, in however many tabs. */
export interface Member<Meta = unknown> {
  /** The user's id. */
  key: string
  meta: Meta
}

/** Who is there. */
export interface MemberList {
  /** In the order of their coming, as many as the server lists. */
  list: readonly Member[]
  /** How many there are in all. */
  count: number
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
  apply(event: ServerFrame): 'applied' | 'known' | 'gap'
  /** All up to there has been told. @returns whether we have it */
  reached(position: Position): boolean
  readonly members: MemberList
  meet(change: NonNullable<ServerFrame['m']>): void
  /** What this client says of itself to the other members. */
  meta: unknown
  /** Shows an event before it is stored. @param key of its publication */
  expect(key: string, event: unknown): void
  /** It is stored there, or, without a position, is not. */
  settle(key: string, stored?: Position): void
  /** What we have cannot be joined to the log. */
  reset(): void
  setStatus(status: ChannelStatus, error?: KitrtError): void
  /** Shows what has come. */
  show(): void
  /** Told each frame that is for it, when it has been seen to. */
  heard?: ((frame: ServerFrame) => void) | undefined
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
  let members: MemberList = { list: [], count: 0 }
  /** Events that are shown before they come, by the key of their publication, and where they are stored. */
  const expected = new Map<string, { event: unknown; stored?: Position | undefined }>()

  function remember(id: string): void {
    ids.add(id)
    if (ids.size > remembered) ids.delete(ids.values().next().value as string)
  }

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
    for (const { event } of expected.values()) shown = channel.fold.apply(shown, event)
    tell((observer) => observer.changed())
  }

  /** What is stored, and was passed, is in the state. */
  function forget(): void {
    for (const [publication, { stored }] of expected) {
      if (stored && !(position && isBehind(position, stored))) expected.delete(publication)
    }
  }

  return {
    meta: undefined,
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
    get members() {
      return members
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
      forget()
      tell((observer) => observer.jumped?.(from.position, missed))
      return true
    },
    reached(to) {
      if (to === position) return true
      // Of what is `latest`, the last may be gone before it was told.
      const isGone = channel.policy === 'latest' && position && isBehind(position, to)
      if (isGone) position = to
      return Boolean(isGone)
    },
    meet({ n, all, in: came = [], out = [] }) {
      const next = new Map((all ?? members.list).map((one) => [one.key, one]))
      for (const one of came) next.set(one.key, one)
      for (const gone of out) next.delete(gone)
      members = { list: [...next.values()], count: n }
      changed = true
      show()
    },
    expect(publication, event) {
      expected.set(publication, { event })
      changed = true
      show()
    },
    settle(publication, stored) {
      const one = expected.get(publication)
      if (!one) return
      // It may have come already, or will.
      if (stored && position && isBehind(position, stored)) one.stored = stored
      else expected.delete(publication)
      changed = true
      show()
    },
    apply({ n, p, d, k }) {
      if (!position) return 'known'
      if (n !== undefined) {
        const id = idOf(n)
        if (ids.has(id) || id === idOf(position)) return 'known'
        if (channel.policy === 'latest') {
          if (epochOf(n) !== epochOf(position)) return 'gap'
          if (!isBehind(position, n)) return 'known'
        } else if (p !== idOf(position)) return 'gap'
        position = n
        remember(id)
      } else if (k !== undefined) {
        // What is not kept comes twice where one connection takes the place of another.
        if (ids.has(k)) return 'known'
        remember(k)
      }
      if (k !== undefined) expected.delete(k)
      forget()
      try {
        const event: unknown = channel.event(d)
        state = channel.fold.apply(state, event)
        changed = true
        tell((observer) => observer.event?.(event, position as Position))
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
      // The next state has it.
      forget()
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
