import type { AnyChannel } from '../../channel.ts'
import { KitrtError } from '../../error.ts'
import { reportError } from '../../on-error.ts'
import { trackConnection } from '../open-connections.ts'
import type { AnyAnswers } from './answers.ts'
import type { ChannelHub, HubOptions } from './channel-hub.ts'
import { createConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import { inTime, withDeadlines } from './deadline.ts'
import type { Hub } from './hub.ts'
import { defaultLimits } from './limits.ts'
import type { HubLimits } from './limits.ts'
import { createMeter, noMeter } from './meter.ts'
import { answerPosted } from './posted.ts'
import { createPresence } from './presence.ts'
import { createQueueGauge } from './queue-gauge.ts'
import { createRoom } from './room.ts'
import type { Room } from './room.ts'
import { faultOf } from './rules.ts'
import type { AnyRules } from './rules.ts'
import { serveChannel } from './served.ts'
import { createServedHandle } from './served-handle.ts'
import { connectSignals } from './signals.ts'
import type { Reader } from './signals.ts'
import { createSnapshots } from './snapshots.ts'
import { createTurn } from './turn.ts'
import { checkServing } from './check-serving.ts'
import { checkUser } from './user.ts'
import type { User } from './user.ts'
import { watchRooms } from './watch.ts'

/**
 * Makes a hub: what stands between channels and their clients.
 *
 * ```ts
 * export const hub = createHub({ engine: memory(), user: (event) => event.locals.user })
 * export const rooms = hub.serve(room, { subscribe: ({ user }) => Boolean(user) })
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- whatever events the app's `user` takes
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
        // Who is reset must not get a state of the log that has ended.
        onBroken: () => snapshots.forget(key),
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
  const signals = connectSignals(engine, () => [...connections, ...readers])

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
      checkServing(channel.name, rules, served.has(channel.name))
      served.set(channel.name, { channel, rules, answers: {} })
      return (params) => createServedHandle({ hub, channel, params, whoAsks }) as never
    },
    answer(channel, answers) {
      const found = served.get(channel.name)
      if (!found) throw new KitrtError('bad-argument', `'${channel.name}' is not served.`)
      Object.assign(found.answers, answers)
    },
    kick: (whom) => signals.send('kick', whom),
    recheck: (whom) => signals.send('recheck', whom),
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
      signals.stop()
      queue.stop()
      for (const connection of [...connections]) {
        connection.goAway(Math.round(Math.random() * limits.spread))
      }
    },
  }
}
