import { channelKey } from '../channel.ts'
import type { AnyChannel } from '../channel.ts'
import { reportError } from '../on-error.ts'
import type { OnError } from '../on-error.ts'
import { isKey, version } from '../protocol/frames.ts'
import type { ServerFrame } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import { KitrtError } from '../error.ts'
import { createBackoff } from './backoff.ts'
import type { BackoffOptions } from './backoff.ts'
import { openCarrier } from './carrier.ts'
import type { Carrier, Greeting } from './carrier.ts'
import type { ConnectionStatus, Ending } from './connection-status.ts'
import { createFollowing } from './following.ts'
import type { ChannelState, Following, FollowingObserver } from './following.ts'
import { newKey } from './new-key.ts'
import { createPoster } from './poster.ts'
import type { Poster } from './poster.ts'
import { createPublisher } from './publisher.ts'
import type { Publication } from './publisher.ts'
import { createReconnector } from './reconnector.ts'
import type { Attempt, ReconnectorOptions } from './reconnector.ts'
import { createSeats } from './seats.ts'
import type { ClientTransport } from './transport.ts'
import { createTransportChoice } from './transport-choice.ts'
import type { TransportMemory } from './transport-choice.ts'

export interface SessionOptions extends BackoffOptions {
  /** Of the endpoint, absolute. */
  url: string
  /** In the order in which they are tried. */
  transports: readonly ClientTransport[]
  network?: ReconnectorOptions['network']
  /** Remembers which transport worked. @default nothing */
  memory?: TransportMemory | undefined
  onStatus?: ((status: ConnectionStatus) => void) | undefined
  /** @default the console */
  onError?: OnError | undefined
  /** How long the connection stays when nothing uses it, in ms. @default 2_000 */
  linger?: number | undefined
  /** How long a transport may take until the server has greeted, in ms, when there is another to try. @default 3_000 */
  greetTimeout?: number | undefined
  /** How many publications may wait for an answer. @default 100 */
  maxWaiting?: number | undefined
  /** How long a POST may take, in ms. @default 15_000 */
  postTimeout?: number | undefined
}

/** A client's one connection to an endpoint, and all channels that it follows over it. */
export interface Session {
  readonly status: ConnectionStatus
  /** The name of the transport in use. */
  readonly transport: string | undefined
  /**
   * Follows a channel until the returned end is called; twice is once. Who follows the same channel
   * shares one subscription.
   *
   * @param initial the state that came with the page
   */
  follow(
    channel: AnyChannel,
    params: unknown,
    observer: FollowingObserver,
    initial?: ChannelState,
    /** As by {@link Session.present}. */
    meta?: unknown,
  ): { following: Following; end: () => void }
  /**
   * See {@link Publisher.publish}.
   *
   * @throws {KitrtError} `invalid-message` for what does not fit the schema, `bad-argument` for a key that is none
   */
  publish(
    channel: AnyChannel,
    params: unknown,
    data: unknown,
    options?: PublishOptions,
  ): Promise<{ position: Position }>
  /** Says of this client, to the other members of a channel that it follows, what `meta` has. */
  present(channel: AnyChannel, params: unknown, meta: unknown): void
  /** Calls back once, now or when there is a connection. @returns the end of the waiting */
  whenOpen(run: (open: OpenLine) => void): () => void
  /** Breaks the connection, which comes back at once: for tests of what an app does then. */
  interrupt(): void
  /**
   * Does without the server until the returned end is called, as if there were no network: the status is
   * `offline`, and what is published waits. Twice is once.
   */
  pause(): () => void
  /** Ends everything. */
  close(): void
}

/** What requests are made with. */
export interface OpenLine {
  readonly carrier: Carrier
  /** Of a frame. */
  readonly id: number
  /** Where the carrier goes one way. */
  readonly post: Poster['post']
}

export interface PublishOptions {
  /** Of 1 to 100 characters, the same for what is the same: it is stored once. @default a new one */
  key?: string | undefined
  /**
   * Gives the event that is shown until the server's own comes, or the publication is refused.
   * It gets the key. @default nothing is shown
   */
  optimistic?: ((key: string) => unknown) | undefined
}

/** What a publish takes beside its params and its data, in characters: a name and a key of 100 at most, and `hi`. */
const overhead = 300

export function createSession({
  url,
  transports,
  network,
  memory,
  onStatus,
  onError = reportError,
  linger = 2_000,
  greetTimeout = 3_000,
  maxWaiting = 100,
  postTimeout = 15_000,
  ...backoffOptions
}: SessionOptions): Session {
  const choice = createTransportChoice(transports, memory)
  const poster = createPoster(
    () => choice.current,
    url,
    postTimeout,
    () => user,
    interrupt,
  )
  let attempt: Attempt | undefined
  let frameId = 0
  /** What the server takes as one message. */
  let largest = Infinity
  let lingering: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let pauses = 0
  /** Who we were on the last connection, as the server says. */
  let user: string | undefined
  const nextId = (): number => ++frameId
  const touched = new Set<Following>()
  /** Requests that wait for a connection. */
  const waiting = new Set<(carrier: Carrier) => void>()

  const seats = createSeats({
    connect,
    giveUp: interrupt,
    nextId,
    retries: createBackoff(backoffOptions),
  })
  const { line } = seats

  const publisher = createPublisher({
    maxWaiting,
    keyTtl: 600_000,
    send: (publication) => void sendPublication(publication),
    onIdle: release,
  })

  const reconnector = createReconnector({
    ...backoffOptions,
    network,
    onError,
    onStatus(status) {
      seats.showStatus(status)
      // Only who asks again is tried again (rule 7), and nothing may wait for that without end.
      if (!closed && (status === 'refused' || status === 'closed')) publisher.refused()
      onStatus?.(status)
    },
    open(opened) {
      attempt = opened
      choice.begin()
      line.open()
      return drop
    },
  })

  function connect(): Carrier {
    return openCarrier({
      transport: choice.current,
      url,
      greeting: (carrier) => [{ hi: { v: version } }, ...seats.greeting(carrier)],
      greetTimeout: choice.hasOther ? greetTimeout : 15_000,
      onGreeted: greeted,
      onFrame: take,
      onMessageEnd() {
        // In one step, and of what is behind only when it has caught up.
        for (const following of touched) if (following.status === 'live') following.show()
        touched.clear()
      },
      onEnd: ended,
      onError,
    })
  }

  /** A connection has ended by itself. */
  function ended(carrier: Carrier, ending: Ending): void {
    const failed = carrier === line.current && !carrier.greeted && ending.outcome === 'later'
    if (!failed || !choice.next()) return attempt?.ended(ending)
    // Another transport is tried at once.
    drop()
    line.open()
  }

  function interrupt(): void {
    if (line.current) ended(line.current, { outcome: 'later' })
  }

  /** Lets go of all connections. */
  function drop(): void {
    line.drop()
    poster.abort()
    publisher.lost()
    seats.dropped()
  }

  function greeted(carrier: Carrier, { max, u }: Greeting): void {
    largest = max
    choice.worked()
    // What one user has left to be published is not another's.
    if (user && u && user !== u) publisher.close()
    user = u ?? user
    if (carrier === line.current) {
      attempt?.opened()
      publisher.open()
      for (const tell of waiting) tell(carrier)
      waiting.clear()
      seats.greeted()
    }
    line.answered(carrier)
  }

  function take(carrier: Carrier, frame: ServerFrame): void {
    const { id } = frame
    if (id === undefined) {
      const following = seats.told(carrier, frame)
      if (following) touched.add(following)
      return
    }
    const tell = carrier.answers.get(id)
    carrier.answers.delete(id)
    if (tell) tell(frame)
    else seats.answered(carrier, id, frame)
    line.answered(carrier)
  }

  async function sendPublication({ name, params, data, key, size }: Publication): Promise<void> {
    const id = nextId()
    const frame = { id, pub: { ch: name, p: params, d: data, k: key } }
    // Sent all the same, it would cost all others their connection, each time anew.
    if (size + overhead > largest) {
      return publisher.answered(key, { err: { code: 'invalid', retry: false } })
    }
    const { current } = line
    if (current?.duplex) {
      current.answers.set(id, (answer) => answer && publisher.answered(key, answer))
      return current.send(frame)
    }
    try {
      for (const answer of (await poster.post(frame)) ?? []) publisher.answered(key, answer)
    } catch {
      // Whether it was stored, the same key will tell.
      publisher.answered(key, { err: { code: 'unavailable', retry: true } })
    }
  }

  function need(): void {
    clearTimeout(lingering)
    lingering = undefined
    if (!closed && pauses === 0) reconnector.start()
  }

  const isIdle = (): boolean =>
    seats.all.size + publisher.waiting + waiting.size === 0 && !line.current?.answers.size

  /** When nothing is followed and nothing waits, the connection goes. */
  function release(): void {
    if (!isIdle() || lingering !== undefined) return
    lingering = setTimeout(() => {
      lingering = undefined
      if (isIdle()) reconnector.stop()
    }, linger)
  }

  return {
    get status() {
      return reconnector.status
    },
    get transport() {
      return line.current?.greeted ? choice.current.name : undefined
    },
    follow(channel, params, observer, initial, meta) {
      const key = channelKey(channel.name, params)
      const known = seats.all.get(key)
      const seat = known ?? seats.take(createFollowing({ channel, params, key, onError }))
      const { following } = seat
      const isNews = meta !== undefined && meta !== following.meta
      if (isNews) following.meta = meta
      // Only the hub knows whether a later page is of the log that we follow (rule 11).
      const jumped = initial !== undefined && following.begin(initial)
      following.show()
      following.observers.add(observer)
      if (!known || seat.final || jumped || isNews) {
        seat.final = false
        if (known) following.setStatus(following.position ? 'resuming' : 'connecting')
        seats.move(seat)
      }
      need()
      return {
        following,
        end() {
          if (!following.observers.delete(observer) || following.observers.size > 0) return
          seats.leave(seat)
          release()
        },
      }
    },
    async publish(channel, params, data, { key = newKey(), optimistic } = {}) {
      // Another key costs all others their connection.
      if (!isKey(key)) throw new KitrtError('bad-argument', 'a key has 1 to 100 characters')
      channel.draft(data)
      const { name, policy } = channel
      const of = channelKey(name, params)
      const sent = publisher.publish({
        channel: of,
        name,
        params,
        data,
        key,
        policy,
        about: channel.keyOf(data),
        // Throws for what has no JSON: that must not wait for a connection.
        size: JSON.stringify([params, data]).length,
      })
      need()
      const following = optimistic && seats.all.get(of)?.following
      if (!following) return sent
      try {
        following.expect(key, optimistic(key))
      } catch (error) {
        // It is on its way, and comes without being shown before.
        onError(error, { stage: `what ${of} shows of a publication` })
      }
      try {
        const stored = await sent
        following.settle(key, stored.position)
        return stored
      } catch (error) {
        following.settle(key)
        throw error
      }
    },
    present(channel, params, meta) {
      const seat = seats.all.get(channelKey(channel.name, params))
      if (!seat) return
      seat.following.meta = meta
      seats.move(seat)
    },
    whenOpen(run) {
      const tell = (carrier: Carrier): void => run({ carrier, id: nextId(), post: poster.post })
      need()
      if (line.current?.greeted) tell(line.current)
      else waiting.add(tell)
      return () => void waiting.delete(tell)
    },
    interrupt,
    pause() {
      pauses++
      if (!closed) reconnector.stop('offline')
      let over = false
      return () => {
        if (over) return
        over = true
        pauses--
        if (!isIdle()) need()
      }
    },
    close() {
      if (closed) return
      closed = true
      clearTimeout(lingering)
      reconnector.stop('closed')
      drop()
      publisher.close()
      seats.close()
    },
  }
}
