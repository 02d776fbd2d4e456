import type { AnyChannel } from '../../channel.ts'
import { createLiveChannel } from '../../client/live-channel.ts'
import type { LiveChannel } from '../../client/live-channel.ts'
import type { Member } from '../../client/following.ts'
import type { CarriedChannel } from '../../client/page-channels.ts'
import { KitrtError } from '../../error.ts'
import { currentEvent } from '../current-event.ts'
import type { Hub } from './hub.ts'
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
  /** The state now and after each change, for `query.live`. Ends with its reader. */
  values(options?: AskOptions<Event>): AsyncGenerator<State>
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

export function createServedHandle({
  hub,
  channel,
  params,
  whoAsks,
}: ServedHandleOptions): ServedHandle<unknown, unknown, unknown, unknown> {
  const served = hub.serving(channel, params)

  /** @returns asks the rule again, and says since when events may be told */
  async function allow({ event, system }: AskOptions<unknown> = {}): Promise<
    () => Promise<number | undefined>
  > {
    if (system) return async () => undefined
    const asking = event ?? currentEvent.get()
    if (asking === undefined) {
      throw new KitrtError(
        'no-scope',
        `The state of ${served.key} was asked for outside of any request, so there is nobody to ask the subscribe rule for. Say { event }, or { system: true } to ask no rule; or put the handle of '@kitrt/stores/server' first in src/hooks.server.ts.`,
      )
    }
    const user = await whoAsks(asking as never)
    const ask = async (): Promise<number | undefined> => {
      const allowed = await served.mayFollow(user)
      if (allowed) return allowed.after
      throw new KitrtError('denied', `${served.key} may not be followed.`)
    }
    const first = await ask()
    let asked = false
    return async () => {
      if (asked) return ask()
      asked = true
      return first
    }
  }

  return {
    async publish(event, options) {
      const stored = await served.publish(event, options)
      if (!stored.duplicate) hub.meter.count('kitrt.published.events')
      return stored
    },
    async snapshot(options) {
      const ask = await allow(options)
      const { position, state } = await served.current(await ask())
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
    async *values(options) {
      const ask = await allow(options)
      const room = hub.room(served)
      let changed = Promise.withResolvers<void>()
      const wake = (): void => changed.resolve()
      const leave = room.join({
        deliver: wake,
        broken: wake,
        stale() {},
        tell() {},
        meet() {},
      })
      const asking = setInterval(wake, hub.limits.recheckEvery)
      try {
        await room.started
        let told: string | undefined
        for (;;) {
          changed = Promise.withResolvers()
          // oxlint-disable-next-line no-await-in-loop -- each value comes after a change
          const after = await ask()
          // oxlint-disable-next-line no-await-in-loop
          const { position, state } = await served.current(after)
          if (position !== told) yield state
          told = position
          // oxlint-disable-next-line no-await-in-loop
          await changed.promise
        }
      } finally {
        clearInterval(asking)
        leave()
      }
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
