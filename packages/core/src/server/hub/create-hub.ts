import { channelKey } from '../../channel.ts'
import type { AnyChannel, Calls, Channel } from '../../channel.ts'
import { KitrtError } from '../../error.ts'
import { reportError } from '../../on-error.ts'
import type { OnError } from '../../on-error.ts'
import type { Engine } from '../engine.ts'
import { trackConnection } from '../open-connections.ts'
import type { Carrier } from './carrier.ts'
import type { AnyAnswers, Answers } from './answers.ts'
import { createConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import { inTime, withDeadlines } from './deadline.ts'
import type { Hub, Reader } from './hub.ts'
import { defaultLimits } from './limits.ts'
import type { HubLimits } from './limits.ts'
import { createMeter, noMeter } from './meter.ts'
import type { OnMetric } from './metrics.ts'
import { answerPosted } from './posted.ts'
import { createPresence } from './presence.ts'
import { createQueueGauge } from './queue-gauge.ts'
import { createRoom } from './room.ts'
import type { Room } from './room.ts'
import { faultOf } from './rules.ts'
import type { AnyRules, Rules } from './rules.ts'
import { serveChannel } from './served.ts'
import { createServedHandle } from './served-handle.ts'
import type { ServedHandle } from './served-handle.ts'
import { createSnapshots } from './snapshots.ts'
import { createTurn } from './turn.ts'
import { checkUser } from './user.ts'
import type { User } from './user.ts'
import { watchRooms } from './watch.ts'

type MaybePromise<T> = T | Promise<T>

/** What `locals.user && { id: locals.user }` gives when there is nobody. */
type Nobody = undefined | null | false | ''

export interface HubOptions<Event, Who extends User> {
  /** What keeps the logs. */
  engine: Engine
  /**
   * Who is on a connection, by the event of the request that opened it: called once for each. What it
   * throws, such as SvelteKit's `error(401)`, refuses the connection. @default nobody is known
   */
  user?: ((event: Event) => MaybePromise<Who | Nobody>) | undefined
  /** Told the faults of rules and of the engine. @default the console */
  onError?: OnError | undefined
  /** Told what is counted and measured; see the README's table. @default nobody */
  onMetric?: OnMetric | undefined
  /** How long a call of the engine may take, in ms. @default 5_000 */
  engineTimeout?: number | undefined
  /** How long a rule, or `user`, may take, in ms; then it counts as `unavailable`, and is asked again. @default 10_000 */
  ruleTimeout?: number | undefined
  /** How often it is checked that nothing was missed, in ms, give or take a third. @default 30_000 */
  checkEvery?: number | undefined
  /** How long the engine remembers the key of a publish, in ms. @default 600_000 */
  keyTtl?: number | undefined
  limits?: Partial<HubLimits> | undefined
}

/** Serves channels; see {@link createHub}. */
// oxlint-disable-next-line typescript/no-explicit-any -- whatever events the app's `user` takes
export interface ChannelHub<Event = any, Who extends User = User> {
  /**
   * Serves a channel by rules. What is not served cannot be reached.
   *
   * @returns a function that gives the server's own hold on one of the channels, by its params
   */
  serve<Params, Value, Input, Draft, State, Member, Of extends Calls>(
    channel: Channel<Params, Value, Input, Draft, State, Member, Of>,
    // What a rule gives must fit the channel, and says nothing of it.
    rules: Rules<
      NoInfer<Params>,
      NoInfer<Input>,
      NoInfer<Draft>,
      NoInfer<State>,
      Who,
      NoInfer<Member>
    >,
  ): (params: Params) => ServedHandle<Value, Input, State, Event, Draft, Member>
  /**
   * Answers the calls of a channel. The subscribe rule is asked first; what has no answer is denied.
   *
   * @throws {KitrtError} `bad-argument` for a channel that is not served
   */
  answer<Params, Value, Input, Draft, State, Member, Of extends Calls>(
    channel: Channel<Params, Value, Input, Draft, State, Member, Of>,
    answers: Answers<NoInfer<Params>, NoInfer<Of>, Who>,
  ): void
  /** Ends what somebody follows, on every process; only a new subscription, which the rule allows, begins again. */
  kick(whom: Whom): Promise<void>
  /** Asks the rules again, on every process. */
  recheck(whom?: Whom): Promise<void>
  /** How many connections and channels this process has open. */
  readonly size: { connections: number; channels: number }
  readonly limits: HubLimits
  /** For transports: who asks, then the hub's side of the connection. */
  connect(event: Event): Promise<(carrier: Carrier) => Connection>
  /** For transports: the answer to frames that were posted. @param signal of who waits for it */
  post(event: Event, body: string, signal?: AbortSignal): Promise<string>
  /** Tells every client to come back later, and stops. The engine stays open. Twice is once. */
  close(): void
}

/** Whose subscriptions are meant: all that fit both. */
export interface Whom {
  /** The id of a user. @default everybody's */
  user?: string | undefined
  /** A channel's name, or with `params` one of its channels. @default all */
  channel?: AnyChannel | undefined
  params?: unknown
}

/** A signal between processes. */
interface Signal {
  act?: 'kick' | 'recheck'
  user?: string
  channel?: string
}

/**
 * Makes a hub: what stands between channels and their clients.
 *
 * ```ts
 * export const hub = createHub({ engine: memory(), user: (event) => event.locals.user })
 * export const rooms = hub.serve(room, { subscribe: ({ user }) => Boolean(user) })
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- as above
export function createHub<Event = any, Who extends User = User>({
  engine: givenEngine,
  user,
  onError = reportError,
  onMetric,
  engineTimeout = 5_000,
  ruleTimeout = 10_000,
  checkEvery = 30_000,
  keyTtl = 600_000,
  limits: givenLimits,
}: HubOptions<Event, Who>): ChannelHub<Event, Who> {
  const limits: HubLimits = { ...defaultLimits, ...givenLimits }
  const engine = withDeadlines(givenEngine, engineTimeout)
  const turn = createTurn()
  const snapshots = createSnapshots(1000)
  const pageSize = 100
  const served = new Map<string, { channel: AnyChannel; rules: AnyRules; answers: AnyAnswers }>()
  const rooms = new Map<string, Room>()
  const connections = new Set<Connection>()
  const readers = new Set<Reader>()
  const meter = onMetric ? createMeter({ turn, onMetric, onError }) : noMeter
  const queue = createQueueGauge({
    size: () => [...connections].reduce((sum, { waiting }) => sum + waiting, 0),
    tell: (bytes) => meter.gauge('kitrt.queue.size', bytes),
  })
  let subscriptions = 0
  let number = 0
  let closed = false

  const retryAfter = (): number => 500 + Math.random() * 1000
  const onFault = (error: unknown): void => onError(error, { stage: 'a channel' })

  const hub: Hub = {
    limits,
    turn,
    engine,
    pageSize,
    onFault,
    meter,
    subscribed() {
      meter.gauge('kitrt.subscription.count', ++subscriptions)
      return () => meter.gauge('kitrt.subscription.count', --subscriptions)
    },
    queued: onMetric ? queue.waits : () => {},
    add(connection) {
      connections.add(connection)
      meter.gauge('kitrt.connection.count', connections.size)
      const untrack = trackConnection({
        goAway: (after) => connection.goAway(after),
      })
      return () => {
        untrack()
        connections.delete(connection)
        meter.gauge('kitrt.connection.count', connections.size)
      }
    },
    addReader(reader) {
      readers.add(reader)
      return () => void readers.delete(reader)
    },
    find(name, params) {
      const found = typeof name === 'string' ? served.get(name) : undefined
      return found && serving(found.channel, params)
    },
    serving,
    room({ key, policy, hasPresence }) {
      const known = rooms.get(key)
      if (known) return known
      const mine = ++number
      const shared = { key, number: mine, engine, retryAfter, onFault }
      const { grace, maxMembers } = limits
      const made: Room = createRoom({
        ...shared,
        policy,
        turn,
        pageSize,
        presence: hasPresence
          ? (meet) => createPresence({ ...shared, meet, maxMembers, ttl: grace })
          : undefined,
        onEmpty() {
          if (rooms.get(key) === made) rooms.delete(key)
          meter.gauge('kitrt.channel.count', rooms.size)
        },
      })
      rooms.set(key, made)
      meter.gauge('kitrt.channel.count', rooms.size)
      return made
    },
    async publish(channel, who, draft, key) {
      try {
        const { position, duplicate } = await channel.publishDraft(who, draft, key)
        if (!duplicate) meter.count('kitrt.published.events')
        return { ack: duplicate ? { n: position, dup: true } : { n: position } }
      } catch (error) {
        return { err: faultOf(error, onFault) }
      }
    },
  }

  function serving(channel: AnyChannel, params: unknown) {
    const found = served.get(channel.name)
    if (!found) throw new KitrtError('bad-argument', `'${channel.name}' is not served.`)
    return serveChannel(params, {
      ...found,
      engine,
      snapshots,
      pageSize,
      keyTtl,
      ruleTimeout,
      onFault,
    })
  }

  const stopWatch = watchRooms(rooms, engine, checkEvery, onFault)
  const stopSignals = engine.onSignal((message) => {
    const { act, user: id, channel } = readSignal(message)
    for (const reader of [...connections, ...readers]) {
      if (id !== undefined && reader.user?.id !== id) continue
      if (act === 'kick') reader.kick(channel)
      if (act === 'recheck') reader.recheck(channel)
    }
  })

  const signal = (act: Signal['act'], { user: id, channel, params }: Whom = {}): Promise<void> =>
    engine.signal(
      JSON.stringify({
        act,
        user: id,
        channel: channel && channelKey(channel.name, params),
      } satisfies Partial<Record<keyof Signal, unknown>>),
    )

  async function whoAsks(event: Event): Promise<Who | undefined> {
    return checkUser(await inTime(ruleTimeout, 'user()', user?.(event))) as Who | undefined
  }

  /** As {@link whoAsks}, for a client. */
  async function whoConnects(event: Event): Promise<Who | undefined> {
    try {
      return await whoAsks(event)
    } catch (error) {
      meter.count('kitrt.refusals', 1, { 'error.type': 'user' })
      throw error
    }
  }

  return {
    serve(channel, rules) {
      served.set(channel.name, { channel, rules, answers: {} })
      return (params) => createServedHandle({ hub, channel, params, whoAsks }) as never
    },
    answer(channel, answers) {
      const found = served.get(channel.name)
      if (!found) throw new KitrtError('bad-argument', `'${channel.name}' is not served.`)
      Object.assign(found.answers, answers)
    },
    kick: (whom) => signal('kick', whom),
    recheck: (whom) => signal('recheck', whom),
    limits,
    get size() {
      return { connections: connections.size, channels: rooms.size }
    },
    async connect(event) {
      const who = await whoConnects(event)
      return (carrier) => createConnection(hub, carrier, who)
    },
    async post(event, body, signal = new AbortController().signal) {
      return answerPosted(hub, await whoConnects(event), body, signal)
    },
    close() {
      if (closed) return
      closed = true
      stopWatch()
      stopSignals()
      queue.stop()
      for (const connection of [...connections]) {
        connection.goAway(Math.round(Math.random() * limits.spread))
      }
    },
  }
}

function readSignal(message: string): Signal {
  try {
    return JSON.parse(message) as Signal
  } catch {
    return {}
  }
}
