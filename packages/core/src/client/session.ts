import { channelKey } from '../channel.ts'
import type { AnyChannel } from '../channel.ts'
import { KitrtError } from '../error.ts'
import { reportError } from '../on-error.ts'
import type { OnError } from '../on-error.ts'
import { outcomeOfCode } from '../protocol/codes.ts'
import { parseFrames, version } from '../protocol/frames.ts'
import type { Fault, ServerFrame } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import { createBackoff } from './backoff.ts'
import type { BackoffOptions } from './backoff.ts'
import type { ConnectionStatus, Ending } from './connection-status.ts'
import { createFollowing } from './following.ts'
import type { ChannelState, Following, FollowingObserver } from './following.ts'
import { createPublisher, errorOf } from './publisher.ts'
import type { Publication } from './publisher.ts'
import { createReconnector } from './reconnector.ts'
import type { Attempt, ReconnectorOptions } from './reconnector.ts'
import type { ClientTransport, TransportConnection } from './transport.ts'
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
  ): { following: Following; end: () => void }
  /** See {@link Publisher.publish}. @throws {KitrtError} `invalid-message` for what does not fit the schema */
  publish(
    channel: AnyChannel,
    params: unknown,
    data: unknown,
    key?: string,
  ): Promise<{ position: Position }>
  /** Breaks the connection, which comes back at once: for tests of what an app does then. */
  interrupt(): void
  /** Ends everything. */
  close(): void
}

/** One connection, from its opening to its end. */
interface Carrier {
  connection: TransportConnection | undefined
  readonly duplex: boolean
  greeted: boolean
  heartbeat: number
  /** By channel number. */
  readonly numbers: Map<number, Following>
  /** Subscriptions and publications without an answer, by frame id. */
  readonly asked: Map<number, Following>
  readonly publishing: Map<number, string>
  /** When a stream opens in place of another: that one, and what still has to be answered. */
  successorOf: Carrier | undefined
  silence: ReturnType<typeof setTimeout> | undefined
}

/** Where the subscription of a channel is. */
interface Seat {
  following: Following
  carrier: Carrier | undefined
  /** The frame that asks for it, until that is answered. */
  asking: number | undefined
  /** Gaps one after another, without an event that fits. */
  gaps: number
  timer: ReturnType<typeof setTimeout> | undefined
  /** Whether nothing is to be asked until the app does. */
  final: boolean
}

/** After so many gaps without progress something is wrong that asking again does not mend. */
const maxGaps = 3

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
  const seats = new Map<string, Seat>()
  const choice = createTransportChoice(transports, memory)
  const retries = createBackoff(backoffOptions)
  let current: Carrier | undefined
  let attempt: Attempt | undefined
  let frameId = 0
  let lingering: ReturnType<typeof setTimeout> | undefined
  let reopening: ReturnType<typeof setTimeout> | undefined
  let closed = false
  /** Ends POSTs that are under way. */
  let posts = new AbortController()

  const publisher = createPublisher({
    maxWaiting,
    keyTtl: 600_000,
    send: sendPublication,
    onIdle: release,
  })

  const reconnector = createReconnector({
    ...backoffOptions,
    network,
    onError,
    onStatus(status) {
      for (const seat of seats.values()) showStatus(seat)
      onStatus?.(status)
    },
    open(opened) {
      attempt = opened
      choice.begin()
      open()
      return drop
    },
  })

  /** What a view shows while there is no answer on its subscription. */
  function showStatus({ following, final }: Seat): void {
    if (final) return
    const { status } = reconnector
    const known = following.position !== undefined
    if (status === 'offline') following.setStatus('offline')
    else if (status === 'refused') following.setStatus('denied', refused(following.key))
    else if (status === 'open') return
    else if (following.status !== 'stale') following.setStatus(known ? 'resuming' : 'connecting')
  }

  const refused = (key: string): KitrtError =>
    new KitrtError('denied', `${key}: the server refused the connection.`)

  // --- connections ---

  function open(): void {
    const carrier = openCarrier(undefined)
    current = carrier
  }

  function openCarrier(successorOf: Carrier | undefined): Carrier {
    const transport = choice.current
    const carrier: Carrier = {
      connection: undefined,
      duplex: transport.post === undefined,
      greeted: false,
      heartbeat: 20_000,
      numbers: new Map(),
      asked: new Map(),
      publishing: new Map(),
      successorOf,
      silence: undefined,
    }
    const greeting = [JSON.stringify({ hi: { v: version } })]
    for (const seat of seats.values()) {
      if (!seat.final && !seat.timer) greeting.push(ask(seat, carrier))
    }
    let ended = false
    const end = (ending: Ending): void => {
      if (ended) return
      ended = true
      lost(carrier, ending)
    }
    carrier.silence = setTimeout(
      () => end({ outcome: 'later' }),
      choice.hasOther ? greetTimeout : 15_000,
    )
    carrier.connection = transport.open({
      url,
      greeting: greeting.join('\n'),
      onMessage(message) {
        if (ended || (carrier !== current && carrier.successorOf === undefined)) return
        try {
          receive(carrier, message)
        } catch (error) {
          onError(error, { stage: 'a message of the server' })
          end({ outcome: 'later' })
        }
      },
      onEnd: end,
    })
    if (ended) closeCarrier(carrier)
    return carrier
  }

  function closeCarrier(carrier: Carrier | undefined): void {
    if (!carrier) return
    clearTimeout(carrier.silence)
    carrier.connection?.close()
    carrier.connection = undefined
  }

  /** A connection has ended by itself. */
  function lost(carrier: Carrier, ending: Ending): void {
    closeCarrier(carrier)
    if (carrier !== current && carrier !== successor()) return
    const failed = carrier === current && !carrier.greeted && ending.outcome === 'later'
    if (failed && choice.next()) return restart()
    attempt?.ended(ending)
  }

  /** Another transport is tried at once. */
  function restart(): void {
    drop()
    open()
  }

  /** Lets go of all connections. */
  function drop(): void {
    clearTimeout(reopening)
    reopening = undefined
    closeCarrier(next)
    closeCarrier(current)
    next = undefined
    current = undefined
    posts.abort()
    posts = new AbortController()
    publisher.lost()
    for (const seat of seats.values()) {
      clearTimeout(seat.timer)
      seat.timer = undefined
      seat.carrier = undefined
      seat.asking = undefined
      seat.gaps = 0
    }
  }

  // --- streams, which are opened anew when what they carry changes ---

  let next: Carrier | undefined
  const successor = (): Carrier | undefined => next

  function reopen(): void {
    if (reopening !== undefined || next || !current?.greeted) return
    // All that one turn of the event loop changes goes in one request.
    reopening = setTimeout(() => {
      reopening = undefined
      if (current && seats.size > 0) next = openCarrier(current)
    }, 0)
  }

  /** The next stream has answered all that it was asked: the last one ends. */
  function succeed(carrier: Carrier): void {
    if (carrier !== next || !carrier.greeted || carrier.asked.size > 0) return
    closeCarrier(current)
    carrier.successorOf = undefined
    current = carrier
    next = undefined
    // What changed in the meantime.
    const missing = [...seats.values()].some(
      (seat) => !seat.final && !seat.timer && seat.carrier !== carrier,
    )
    if (missing || [...carrier.numbers.values()].some(({ key }) => !seats.has(key))) reopen()
  }

  // --- subscriptions ---

  /** @returns the frame */
  function ask(seat: Seat, carrier: Carrier): string {
    const { channel, params, position } = seat.following
    const id = ++frameId
    carrier.asked.set(id, seat.following)
    // A stream in place of another leaves that one in charge until it has answered.
    if (carrier.successorOf === undefined) seat.asking = id
    return JSON.stringify({ id, sub: { ch: channel.name, p: params, at: position } })
  }

  /** Whether a seat waits for nothing, and is not on a connection: it came while that was opened. */
  const isMissing = (seat: Seat): boolean =>
    !seat.final && !seat.timer && !seat.carrier && seat.asking === undefined

  /** Subscribes on the connection that there is, or the next one. */
  function subscribe(seat: Seat): void {
    // Before the greeting there is nothing to send on; after it, we look who is missing.
    if (!current?.greeted || seat.final) return
    if (current.duplex) current.connection?.send(ask(seat, current))
    else reopen()
  }

  function later(seat: Seat, after: number): void {
    clearTimeout(seat.timer)
    seat.timer = setTimeout(() => {
      seat.timer = undefined
      subscribe(seat)
    }, after)
  }

  function off(seat: Seat, error: KitrtError): void {
    seat.final = true
    seat.carrier = undefined
    seat.asking = undefined
    seat.following.setStatus('denied', error)
  }

  function answered(carrier: Carrier, id: number, { on, err }: ServerFrame): void {
    const following = carrier.asked.get(id)
    carrier.asked.delete(id)
    const seat = following && seats.get(following.key)
    if (seat?.following === following && following && seat) {
      const overtaken = carrier.successorOf === undefined && seat.asking !== id
      if (on && !overtaken) {
        carrier.numbers.set(on.c, following)
        seat.asking = undefined
        if ('s' in on) following.begin({ state: on.s, position: on.at })
        // A reset has overtaken what was asked before it: that has nothing to go on from.
        if (following.position) seat.carrier = carrier
        else if (!seat.timer) move(seat)
      } else if (err && !overtaken) refusedSubscription(seat, err)
    } else if (on && !seat) {
      // Nobody wants it any more. (Who wants it again has replaced it.)
      carrier.connection?.send(JSON.stringify({ un: on.c }))
    }
    succeed(carrier)
  }

  function refusedSubscription(seat: Seat, { code, retry, after = 0, message }: Fault): void {
    seat.asking = undefined
    const { key, position } = seat.following
    if (!retry) return off(seat, errorOf(code, key, message))
    seat.following.setStatus(position ? 'stale' : 'connecting', errorOf(code, key, message))
    later(seat, Math.max(after, retries.next()))
  }

  function told(carrier: Carrier, frame: ServerFrame): void {
    const following = carrier.numbers.get(frame.c as number)
    const seat = following && seats.get(following.key)
    // Of a subscription before, or of a connection that another has replaced.
    if (!seat || seat.following !== following || seat.carrier !== carrier || seat.asking) return
    if (frame.n !== undefined) {
      const outcome = following.apply({ n: frame.n, p: frame.p ?? '', d: frame.d })
      if (outcome === 'applied') seat.gaps = 0
      if (outcome === 'gap') gap(seat)
      // Frames after it are of the subscription before until `on`.
      return
    }
    if (frame.up !== undefined) {
      if (frame.up !== following.position) return gap(seat)
      retries.reset()
      following.setStatus('live')
      following.show()
    } else if (frame.stale) following.setStatus('stale')
    else if (frame.reset) {
      following.reset()
      following.setStatus('stale')
      seat.carrier = undefined
      later(seat, frame.after ?? 0)
    } else if (frame.off) {
      off(seat, new KitrtError('denied', `${following.key}: ${frame.off}`))
    }
  }

  function gap(seat: Seat): void {
    if (++seat.gaps > maxGaps && current) return lost(current, { outcome: 'later' })
    seat.following.setStatus('resuming')
    move(seat)
  }

  /** Subscribes from the position that we have now: what is still told of the one before is not for it. */
  function move(seat: Seat): void {
    seat.carrier = undefined
    if (!seat.timer) subscribe(seat)
  }

  // --- what comes ---

  function receive(carrier: Carrier, message: string): void {
    listen(carrier)
    const touched = new Set<Following>()
    for (const frame of parseFrames(message, Infinity) as ServerFrame[]) {
      if (frame.ok) greeted(carrier, frame.ok.hb)
      else if (frame.bye) {
        const { code, after } = frame.bye
        return lost(carrier, outcomeOfCode(code, after))
      } else if (
        frame.id !== undefined &&
        (frame.ack || (frame.err && carrier.publishing.has(frame.id)))
      ) {
        answeredPublication(carrier.publishing.get(frame.id), frame)
        carrier.publishing.delete(frame.id)
      } else if (frame.id !== undefined) answered(carrier, frame.id, frame)
      else if (frame.c !== undefined) {
        const following = carrier.numbers.get(frame.c)
        if (following) touched.add(following)
        told(carrier, frame)
      } else carrier.connection?.send('{}')
    }
    // In one step, and of what is behind only when it has caught up.
    for (const following of touched) if (following.status === 'live') following.show()
  }

  /** Something has come: the connection lives. */
  function listen(carrier: Carrier): void {
    if (!carrier.greeted) return
    clearTimeout(carrier.silence)
    carrier.silence = setTimeout(() => lost(carrier, { outcome: 'later' }), carrier.heartbeat * 1.5)
  }

  function greeted(carrier: Carrier, heartbeat: number): void {
    carrier.greeted = true
    carrier.heartbeat = heartbeat
    listen(carrier)
    choice.worked()
    if (carrier === current) {
      attempt?.opened()
      publisher.open()
      for (const seat of seats.values()) if (isMissing(seat)) subscribe(seat)
    }
    succeed(carrier)
  }

  // --- what is published ---

  function sendPublication({ name, params, data, key }: Publication): void {
    const id = ++frameId
    const frame = JSON.stringify({ id, pub: { ch: name, p: params, d: data, k: key } })
    const { current: transport } = choice
    if (current?.duplex) {
      current.publishing.set(id, key)
      current.connection?.send(frame)
    } else if (transport.post) void post(transport.post, frame, key)
  }

  async function post(
    send: NonNullable<ClientTransport['post']>,
    frame: string,
    key: string,
  ): Promise<void> {
    const { signal } = posts
    const late = new AbortController()
    const stop = (): void => late.abort()
    const timer = setTimeout(stop, postTimeout)
    signal.addEventListener('abort', stop)
    try {
      const hi = JSON.stringify({ hi: { v: version } })
      const answer = await send(url, `${hi}\n${frame}`, late.signal)
      if (signal.aborted) return
      for (const one of parseFrames(answer, Infinity) as ServerFrame[]) {
        if (one.bye) throw new KitrtError('unavailable', `bye ${one.bye.code}`)
        answeredPublication(key, one)
      }
    } catch {
      // Whether it was stored, the same key will tell.
      if (!signal.aborted) publisher.failed(key, { code: 'unavailable', retry: true })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  function answeredPublication(key: string | undefined, { ack, err }: ServerFrame): void {
    if (key === undefined) return
    if (ack) publisher.acked(key, ack.n)
    else if (err) publisher.failed(key, err)
  }

  // --- need ---

  function need(): void {
    clearTimeout(lingering)
    lingering = undefined
    if (!closed) reconnector.start()
  }

  /** When nothing is followed and nothing waits, the connection goes. */
  function release(): void {
    if (seats.size > 0 || publisher.waiting > 0 || lingering !== undefined) return
    lingering = setTimeout(() => {
      lingering = undefined
      if (seats.size === 0 && publisher.waiting === 0) reconnector.stop()
    }, linger)
  }

  function leave(seat: Seat): void {
    const { key } = seat.following
    if (seats.get(key) !== seat) return
    seats.delete(key)
    clearTimeout(seat.timer)
    const number = current && [...current.numbers].find(([, of]) => of === seat.following)?.[0]
    if (current && number !== undefined) {
      if (current.duplex) {
        current.numbers.delete(number)
        current.connection?.send(JSON.stringify({ un: number }))
      } else reopen()
    }
    release()
  }

  return {
    get status() {
      return reconnector.status
    },
    get transport() {
      return current?.greeted ? choice.current.name : undefined
    },
    follow(channel, params, observer, initial) {
      const key = channelKey(channel.name, params)
      let seat = seats.get(key)
      const isNew = !seat
      if (!seat) {
        seat = {
          following: createFollowing({ channel, params, key, onError }),
          carrier: undefined,
          asking: undefined,
          gaps: 0,
          timer: undefined,
          final: false,
        }
        seats.set(key, seat)
      }
      const { following } = seat
      // Only the hub knows whether a later page is of the log that we follow (rule 11).
      const jumped = initial !== undefined && following.begin(initial)
      following.show()
      following.observers.add(observer)
      const again = seat.final
      seat.final = false
      if (isNew || again || jumped) {
        if (!isNew) following.setStatus(following.position ? 'resuming' : 'connecting')
        move(seat)
      }
      need()
      const mine = seat
      return {
        following,
        end() {
          if (following.observers.delete(observer) && following.observers.size === 0) leave(mine)
        },
      }
    },
    async publish(channel, params, data, key = crypto.randomUUID()) {
      channel.draft(data)
      const sent = publisher.publish({
        channel: channelKey(channel.name, params),
        name: channel.name,
        params,
        data,
        key,
      })
      need()
      return sent
    },
    interrupt() {
      if (current) lost(current, { outcome: 'later' })
    },
    close() {
      if (closed) return
      closed = true
      clearTimeout(lingering)
      reconnector.stop('closed')
      drop()
      publisher.close()
      for (const seat of [...seats.values()]) off(seat, new KitrtError('closed', 'closed'))
      seats.clear()
    },
  }
}
