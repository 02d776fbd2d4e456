import { KitrtError } from '../../error.ts'
import { codes } from '../../protocol/codes.ts'
import type { Code } from '../../protocol/codes.ts'
import { version } from '../../protocol/frames.ts'
import type { ClientFrame, Fault, ServerFrame } from '../../protocol/frames.ts'
import { isPosition } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'
import type { Carried, Carrier } from './carrier.ts'
import { createCatchUp } from './catch-up.ts'
import { createFrameRate } from './frame-rate.ts'
import type { Hub } from './hub.ts'
import { createOutbound } from './outbound.ts'
import { createPublishing } from './publishing.ts'
import type { PublishAnswer } from './publishing.ts'
import { parseMessage } from './parse-message.ts'
import { faultOf } from './rules.ts'
import type { ServedChannel } from './served.ts'
import { createSubscription } from './subscription.ts'
import type { Subscription } from './subscription.ts'
import type { User } from './user.ts'

/** One client's connection, from the hub's side. */
export interface Connection extends Carried {
  readonly user: User | undefined
  /** What the client has not read, in bytes. */
  readonly waiting: number
  /** Ends its subscriptions to a channel, or all. @param channel the name or the key of one; @default all */
  kick(channel?: string): void
  /** Asks the rules of its subscriptions again. */
  recheck(channel?: string): void
  /** Tells the client to come back later, and ends. */
  goAway(after: number): void
}

interface Followed {
  channel: ServedChannel
  /** `undefined` until the rules and the engine have been asked. */
  subscription: Subscription | undefined
}

export function createConnection(hub: Hub, carrier: Carrier, user: User | undefined): Connection {
  const { limits, turn, engine, pageSize, meter, onFault } = hub
  /** By the number of the room, once there is one. */
  const followed = new Map<number, Followed>()
  /** Subscriptions that are asked for, and not answered. */
  let asking = 0
  /** The last that was asked for, by the channel's key: rules may answer in another order. */
  const lastAsked = new Map<string, number>()
  /** How often rules have changed under us: what was allowed before must be asked again. */
  let changes = 0
  let over = false
  let greeted = false
  const publishing = createPublishing()
  const mayTake = createFrameRate(limits.maxFrames)
  const reconnectIn = (): number => Math.round(Math.random() * limits.spread)

  const outbound = createOutbound({
    ...limits,
    carrier,
    turn,
    onStuck: () => end(codes.slow, 'reads too slowly', reconnectIn()),
    onSent: (message) => meter.io('transmit', message),
    onQueued: hub.queued,
  })
  const catchUp = createCatchUp({
    room: outbound.room,
    retryAfter: () => 500 + Math.random() * 1000,
    onFault(error, { room }) {
      onFault(error)
      room.lost()
    },
  })
  const greeting = setTimeout(() => end(codes.timeout, 'no hi in time'), limits.hiTimeout)
  let silence: ReturnType<typeof setTimeout> | undefined
  const rechecking = setInterval(() => recheck(), limits.recheckEvery * (0.9 + Math.random() * 0.2))

  const say = (frame: ServerFrame): void => outbound.write(JSON.stringify(frame))
  const fail = (id: number, err: Fault): void => {
    meter.count('kitrt.refusals', 1, { 'error.type': err.code })
    say({ id, err })
  }

  /** A client that answers has to be heard of. */
  function heard(): void {
    clearTimeout(silence)
    if (over || !carrier.duplex) return
    silence = setTimeout(() => end(codes.timeout, 'no heartbeat'), limits.heartbeat * 1.5)
  }

  function closed(): void {
    if (over) return
    over = true
    clearTimeout(greeting)
    clearTimeout(silence)
    clearInterval(rechecking)
    catchUp.stop()
    for (const { subscription } of [...followed.values()]) subscription?.end()
    followed.clear()
    outbound.stop()
    forget()
  }

  function end(code: Code, reason: string, after?: number): void {
    if (over) return
    meter.count('kitrt.closes', 1, { 'kitrt.close.code': String(code) })
    say({ bye: { code, after } })
    outbound.flush()
    closed()
    carrier.close(code, reason)
  }

  function matches({ channel }: Followed, name: string | undefined): boolean {
    return name === undefined || name === channel.name || name === channel.key
  }

  function kick(name?: string): void {
    changes++
    for (const one of [...followed.values()])
      if (matches(one, name)) one.subscription?.off('kicked')
  }

  function recheck(name?: string): void {
    changes++
    for (const one of [...followed.values()]) {
      if (matches(one, name)) void ask(one)
    }
  }

  /** A rule that throws says nothing: what was allowed stays so until the next time. */
  async function ask({ channel, subscription }: Followed): Promise<void> {
    try {
      if (!(await channel.mayFollow(user))) subscription?.off('denied')
    } catch (error) {
      if (faultOf(error, onFault).code === 'denied') subscription?.off('denied')
    }
  }

  async function subscribe(id: number, asked: NonNullable<ClientFrame['sub']>): Promise<void> {
    const { ch, p, at } = asked
    if (at !== undefined && !isPosition(at)) return end(codes.protocol, 'at is no position')
    if (followed.size + asking >= limits.maxSubscriptions) {
      return fail(id, {
        code: 'busy',
        retry: false,
        message: `at most ${limits.maxSubscriptions} subscriptions`,
      })
    }
    asking++
    let key: string | undefined
    try {
      const channel = hub.find(ch, p)
      if (!channel) return fail(id, { code: 'unknown', retry: false })
      ;({ key } = channel)
      lastAsked.set(key, id)
      const wanted = (): boolean => !over && lastAsked.get(channel.key) === id
      for (let done = false; !done && wanted();) {
        const seen = changes
        // oxlint-disable-next-line no-await-in-loop -- the rule is asked again when its answer is old
        if (!(await channel.mayFollow(user))) return fail(id, { code: 'denied', retry: false })
        const allowed = (): boolean => seen === changes
        // oxlint-disable-next-line no-await-in-loop
        if (allowed() && wanted()) done = await follow(id, channel, at, allowed)
      }
    } catch (error) {
      if (!over) fail(id, retriable(faultOf(error, onFault)))
    } finally {
      asking--
      if (key !== undefined && lastAsked.get(key) === id) lastAsked.delete(key)
    }
  }

  /** A subscription that failed by the app's fault may succeed when that is mended. */
  const retriable = (fault: Fault): Fault =>
    fault.code === 'failed' || fault.code === 'unavailable'
      ? { ...fault, retry: true, after: reconnectIn() }
      : fault

  /**
   * @param allowed whether the rule's answer is still good
   * @returns whether it was, and all is done
   */
  async function follow(
    id: number,
    channel: ServedChannel,
    at: Position | undefined,
    allowed: () => boolean,
  ): Promise<boolean> {
    const room = hub.room(channel.key)
    // Before the subscription that this one replaces leaves, or the room would end with it.
    const hold = room.join({ deliver() {}, broken() {}, stale() {} })
    // Known before anything is awaited, so that an `un` finds it, and a second `sub` ends the first.
    followed.get(room.number)?.subscription?.end()
    const mine: Followed = { channel, subscription: undefined }
    followed.set(room.number, mine)
    const wanted = (): boolean => !over && followed.get(room.number) === mine
    try {
      await room.started
      const snapshot = at === undefined ? await channel.recent() : undefined
      if (!wanted()) return true
      if (!allowed()) return false
      const position = at ?? snapshot?.position ?? ''
      const state = snapshot ? `,"s":${snapshot.json}` : ''
      outbound.write(`{"id":${id},"on":{"c":${room.number},"at":"${position}"${state}}}`)
      meter.count(at === undefined ? 'kitrt.snapshots' : 'kitrt.resumes')
      const unsubscribed = hub.subscribed()
      mine.subscription = createSubscription({
        room,
        position,
        engine,
        pageSize,
        writer: outbound,
        catchUp: catchUp.add,
        resetAfter: reconnectIn,
        onSent: (events) => meter.count('kitrt.sent.events', events),
        onReset: (reason) => meter.count('kitrt.resets', 1, { 'kitrt.reset.reason': reason }),
        onEnd() {
          unsubscribed()
          if (followed.get(room.number) === mine) followed.delete(room.number)
        },
      })
      catchUp.add(mine.subscription)
      return true
    } catch (error) {
      if (wanted()) followed.delete(room.number)
      throw error
    } finally {
      hold()
    }
  }

  function publish(id: number, { c, d, k, ...target }: NonNullable<ClientFrame['pub']>): void {
    if (typeof k !== 'string' || k.length === 0 || k.length > 100) {
      return end(codes.protocol, 'a publish needs a key of at most 100 characters')
    }
    const answer = (answered: PublishAnswer): void => {
      if ('err' in answered) fail(id, answered.err)
      else say({ id, ...answered })
    }
    if (publishing.size >= limits.maxPublishing) {
      return answer({ err: { code: 'busy', retry: true } })
    }
    const channel = typeof c === 'number' ? followed.get(c)?.channel : found(target)
    if (!channel) return answer({ err: { code: 'unknown', retry: false } })
    publishing.add(channel.key, () => hub.publish(channel, user, d, k), answer)
  }

  function found({ ch, p }: { ch?: unknown; p?: unknown }): ServedChannel | undefined {
    try {
      return hub.find(ch, p)
    } catch {
      return undefined
    }
  }

  function greet({ v }: { v?: unknown }): void {
    if (v !== version) return end(codes.version, `speaks version ${version} only`)
    greeted = true
    clearTimeout(greeting)
    say({ ok: { v: version, hb: limits.heartbeat, max: limits.maxMessage } })
  }

  function take(frame: ClientFrame): void {
    const { hi, id, sub, pub, un } = frame
    if (hi) return greet(hi)
    if (!greeted) return end(codes.protocol, 'the first frame is hi')
    if (sub || pub) {
      if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
        return end(codes.protocol, 'a sub or a pub needs an id')
      }
      if (sub) void subscribe(id, sub)
      else if (pub) publish(id, pub)
    } else if (typeof un === 'number') {
      followed.get(un)?.subscription?.end()
      followed.delete(un)
    }
  }

  function received(message: string): void {
    if (over) return
    heard()
    meter.io('receive', message)
    if (message.length > limits.maxMessage) {
      return end(codes.tooLarge, `a message may hold ${limits.maxMessage} characters`)
    }
    let frames: ClientFrame[]
    try {
      frames = parseMessage(message, limits.maxDepth)
    } catch {
      return end(codes.protocol, 'not a frame')
    }
    meter.count('kitrt.received.frames', frames.length)
    if (!mayTake(frames.length)) return end(codes.overload, 'too many frames', reconnectIn())
    for (const frame of frames) {
      if (over) return
      take(frame)
    }
  }

  const connection: Connection = {
    user,
    get waiting() {
      return outbound.waiting
    },
    received,
    closed,
    kick,
    recheck,
    goAway: (after) => end(codes.goingAway, 'the server goes away', after),
  }
  const forget = hub.add(connection)
  heard()
  return connection
}

/** @throws {KitrtError} `bad-argument` */
export function checkUser(user: unknown): User | undefined {
  if (user === undefined || user === null || user === false || user === '') return undefined
  const { id } = user as { id?: unknown }
  if (typeof id === 'string' && id !== '') return user as User
  throw new KitrtError(
    'bad-argument',
    `user() expected an object with an id, got ${JSON.stringify(user)}`,
  )
}
