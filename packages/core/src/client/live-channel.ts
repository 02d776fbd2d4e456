import type { AnyChannel } from '../channel.ts'
import { KitrtError } from '../error.ts'
import type { Position } from '../protocol/position.ts'
import { whenConnected } from './page-session.ts'
import type { ChannelState, ChannelStatus, Following, Member, MemberList } from './following.ts'
import { createLiveValue } from './live-value.ts'
import type { CreateSubscriber } from './live-value.ts'
import type { Session } from './session.ts'
import { readEvents } from './read-events.ts'

/** A channel in the browser: a store (`$room`), an object for runes (`room.current`), and more. */
export interface LiveChannel<State = unknown, Event = unknown, Draft = unknown, Meta = unknown> {
  /** What the channel's events have made, up to now. */
  readonly current: State
  /** The store contract: `run` is called with the state now, and with each that follows. */
  subscribe(run: (state: State) => void): () => void
  /** How far `current` can be trusted. As reactive as it. */
  readonly status: ChannelStatus
  /** Why it is denied, or which event did not fit; `undefined` when nothing is wrong. */
  readonly error: KitrtError | undefined
  /** Who is there: one for each person, in the order of their coming. As reactive as `current`. */
  readonly members: readonly Member<Meta>[]
  /** How many are there; `members` lists as many as the server's bound. */
  readonly memberCount: number
  /** Says what the others see of this user, from now on, or from when it is followed; the rule decides. */
  present(meta: Meta): void
  /**
   * Publishes, now or when there is a connection.
   *
   * @param options may give the event that is shown at once, and goes when the publication is refused
   * @returns when the server has stored it
   * @throws {KitrtError} `invalid-message` for what does not fit the schema, `denied` by the rule,
   *   with what it refused with in `cause: { status, message }`, `unavailable` when too much waits, `unknown-outcome` when nobody can say any more,
   *   `bad-argument` for a key that does not have 1 to 100 characters
   */
  publish(
    draft: Draft,
    options?: {
      key?: string | undefined
      optimistic?: ((key: string) => Event) | undefined
    },
  ): Promise<{ position: Position }>
  /**
   * The events from now on, one by one, each once and in order. The loop is a reader: `break` leaves.
   *
   * @throws {KitrtError} `lost`, in the loop, where events were missed that the server has no more
   */
  events(): AsyncIterableIterator<Event>
}

export interface LiveChannelOptions {
  channel: AnyChannel
  params: unknown
  /** The state that came with the page. */
  initial?: ChannelState | undefined
  createSubscriber: CreateSubscriber
  /** Whether it may connect: not on the server. */
  live: boolean
  /** Calls back with the session, now or when there is one. @default the page's, by `connect` */
  connected?: typeof whenConnected | undefined
}

/** What readers see at once. */
interface Shown {
  state: unknown
  status: ChannelStatus
  error: KitrtError | undefined
  members: MemberList
}

export function createLiveChannel({
  channel,
  params,
  initial,
  createSubscriber,
  live,
  connected = whenConnected,
}: LiveChannelOptions): LiveChannel {
  let from = initial
  let meta: unknown
  let following: Following | undefined

  const shown = createLiveValue<Shown>({
    initial: {
      state: initial ? initial.state : channel.fold.init(),
      status: 'connecting',
      error: undefined,
      members: { list: [], count: 0 },
    },
    createSubscriber,
    live,
    start: () => follow({ changed: () => following && show(following) }),
  })

  function show({ state, status, error, members }: Following): void {
    shown.set({ state, status, error, members })
  }

  /** Follows as soon as there is a session. */
  function follow(observer: Parameters<Session['follow']>[2]): () => void {
    let end = (): void => {}
    const stopWaiting = connected((session) => {
      const followed = session.follow(channel, params, observer, from, meta)
      ;({ following } = followed)
      show(following)
      end = () => {
        const { state, position } = followed.following
        // Who reads again begins with what was there, and catches up.
        if (position) from = { state, position }
        followed.end()
      }
    })
    return () => {
      stopWaiting()
      end()
    }
  }

  return {
    get current() {
      return shown.current.state
    },
    get status() {
      return shown.current.status
    },
    get error() {
      return shown.current.error
    },
    subscribe: (run) => shown.subscribe(({ state }) => run(state)),
    get members() {
      return shown.current.members.list
    },
    get memberCount() {
      return shown.current.members.count
    },
    present(said) {
      meta = said
      if (following) connected((session) => session.present(channel, params, said))
    },
    publish: (draft, options) =>
      new Promise((resolve, reject) => {
        if (!live) {
          const message = 'not on the server'
          return reject(new KitrtError('no-scope', message))
        }
        connected(
          (session) => void session.publish(channel, params, draft, options).then(resolve, reject),
        )
      }),
    events: () => readEvents(live ? follow : undefined),
  }
}
