import type { AnyChannel } from '../../channel.ts'
import { createLiveChannel } from '../../client/live-channel.ts'
import type { LiveChannel } from '../../client/live-channel.ts'
import type { Member } from '../../client/following.ts'
import type { CarriedChannel } from '../../client/page-channels.ts'
import { KitrtError } from '../../error.ts'
import { currentEvent } from '../current-event.ts'
import type { Hub } from './hub.ts'
import { millisecondsOf } from './milliseconds.ts'
import { runAt } from './run-at.ts'
import type { Allowed } from './served.ts'
import { isMeant } from './served.ts'
import type { User } from './user.ts'

/**
 * A channel's state at a position, for a load function to return: a page is rendered from its
 * `current`, and in the browser the same object is live. `transport` of `@kitrt/stores` carries it.
 */
export interface ChannelSnapshot<
  State,
  Value = unknown,
  Draft = unknown,
  Meta = unknown,
> extends LiveChannel<State, Value, Draft, Meta> {
  readonly [snapshotMark]: CarriedChannel
}

export const snapshotMark: unique symbol = Symbol.for('kitrt.channel-snapshot') as never

/** What of a value goes to the browser, if it is a {@link ChannelSnapshot}. */
export function carriedChannel(value: unknown): CarriedChannel | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { [snapshotMark]?: CarriedChannel })[snapshotMark]
}

export interface AskOptions<Event> {
  /** For whom the rule is asked. @default the request that is being answered */
  event?: Event | undefined
  /** Whether no rule is asked. @default false */
  system?: boolean | undefined
}

/** The server's own hold on a channel. */
export interface ServedHandle<Value, Input, State, Event, Draft = unknown, Meta = unknown> {
  /**
   * Publishes. Commit the data first: a page that is rendered in between must have it.
   *
   * @returns when the engine has stored it
   * @throws {KitrtError} `invalid-message` for what does not fit the schema, `unavailable` when the engine
   *   does not answer: it may be stored or not, and a `key` makes it harmless to try again
   */
  publish(
    event: Input,
    options?: { key?: string | undefined },
  ): Promise<{ position: string; duplicate: boolean }>
  /**
   * The state with all that was published before the call, and its position.
   *
   * @throws {KitrtError} `denied` by the subscribe rule, `no-scope` outside of a request
   */
  snapshot(options?: AskOptions<Event>): Promise<ChannelSnapshot<State, Value, Draft, Meta>>
  /**
   * The state now and after each change, for `query.live`; of changes that come faster than they are
   * read, the last. It ends with its reader, and with the request for which it was asked.
   *
   * @throws {KitrtError} as `snapshot` does, also when the rule changes its mind
   */
  values(options?: AskOptions<Event>): AsyncGenerator<State, void, void>
  /** Who is there, as the clients see it; no rule is asked. */
  members(): Promise<{ list: Member<Meta>[]; count: number }>
  /** The events that the engine still has, the oldest first. No rule is asked. */
  history(): Promise<{ position: string; event: Value }[]>
}

export interface ServedHandleOptions {
  hub: Hub
  channel: AnyChannel
  params: unknown
  whoAsks: (event: never) => Promise<User | undefined>
}

interface Asked {
  user: User | undefined
  allowed: Allowed
  /** Asks the rule again. */
  ask: () => Promise<Allowed>
}

const everything: Allowed = { after: undefined, expires: undefined }

export function createServedHandle({
  hub,
  channel,
  params,
  whoAsks,
}: ServedHandleOptions): ServedHandle<unknown, unknown, unknown, unknown> {
  const served = hub.serving(channel, params)

  /** Asks the rule, and gives for whom it did. */
  async function allow({ event, system }: AskOptions<unknown> = {}): Promise<Asked> {
    if (system) return { user: undefined, allowed: everything, ask: async () => everything }
    const asking = event ?? currentEvent.get()
    if (asking === undefined) {
      throw new KitrtError(
        'no-scope',
        `The state of ${served.key} was asked for outside of any request, so there is nobody to ask the subscribe rule for. Say { event }, or { system: true } to ask no rule; or put the handle of '@kitrt/stores/server' first in src/hooks.server.ts.`,
      )
    }
    const user = await whoAsks(asking as never)
    const session = millisecondsOf(user?.expires) ?? Infinity
    const ask = async (): Promise<Allowed> => {
      const allowed = session > Date.now() ? await served.mayFollow(user) : undefined
      if (allowed) return { ...allowed, expires: Math.min(session, allowed.expires ?? Infinity) }
      throw new KitrtError('denied', `${served.key} may not be followed.`)
    }
    return { user, allowed: await ask(), ask }
  }

  async function* follow(
    reader: AbortSignal,
    options: AskOptions<unknown> | undefined,
  ): AsyncGenerator<unknown, void, void> {
    const request = requestSignal(options?.event ?? currentEvent.get())
    const { user, ask, ...asked } = await allow(options)
    let { allowed } = asked
    const room = hub.room(served)
    let changed = Promise.withResolvers<void>()
    let kicked = false
    const wake = (): void => changed.resolve()
    const leave = room.join({ deliver: wake, broken: wake, stale() {}, tell() {}, meet() {} })
    const forget = hub.addReader({
      user,
      kick(name) {
        kicked ||= isMeant(served, name)
        wake()
      },
      recheck: wake,
    })
    const asking = setInterval(wake, hub.limits.recheckEvery)
    const signal = request ? AbortSignal.any([reader, request]) : reader
    signal.addEventListener('abort', wake)
    try {
      await room.started
      let told: string | undefined
      while (!signal.aborted) {
        changed = Promise.withResolvers()
        // oxlint-disable-next-line no-await-in-loop -- each value comes after a change
        const { position, state } = await served.current(allowed.after)
        if (position !== told) yield state
        told = position
        if (signal.aborted) return
        const stayed = runAt(allowed.expires, wake)
        // oxlint-disable-next-line no-await-in-loop
        await changed.promise
        stayed()
        if (signal.aborted) return
        if (kicked) throw new KitrtError('denied', `${served.key}: kicked`)
        // oxlint-disable-next-line no-await-in-loop
        allowed = await ask()
      }
    } finally {
      clearInterval(asking)
      signal.removeEventListener('abort', wake)
      forget()
      leave()
    }
  }

  return {
    async publish(event, options) {
      const stored = await served.publish(event, options)
      if (!stored.duplicate) hub.meter.count('kitrt.published.events')
      return stored
    },
    async snapshot(options) {
      const { allowed } = await allow(options)
      const { position, state } = await served.current(allowed.after)
      const view = createLiveChannel({
        channel,
        params: served.params,
        initial: { position, state },
        createSubscriber: () => () => {},
        live: false,
      })
      const carried: CarriedChannel = {
        channel: channel.name,
        params: served.params,
        position,
        state,
      }
      return Object.defineProperty(view, snapshotMark, {
        value: carried,
      }) as ChannelSnapshot<unknown>
    },
    values(options) {
      const reader = new AbortController()
      const values = follow(reader.signal, options)
      const end = values.return.bind(values)
      // A generator that waits would end with its next value only, which may never come.
      values.return = (value) => {
        reader.abort()
        return end(value)
      }
      return values
    },
    async members() {
      const { list, count } = await hub.engine.members(served.key, hub.limits.maxMembers)
      return {
        list: list.map(({ member, meta }) => ({ key: member, meta: JSON.parse(meta) as unknown })),
        count,
      }
    },
    history: () => served.history(),
  }
}

/** What says that the client has left. A generator of the app that passes values on cannot be ended otherwise while it waits. */
function requestSignal(event: unknown): AbortSignal | undefined {
  return (event as { request?: { signal?: AbortSignal } } | undefined)?.request?.signal
}
