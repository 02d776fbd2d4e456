import type { ClientFrame, Fault, OffReason } from '../../protocol/frames.ts'
import type { Position } from '../../protocol/position.ts'
import { createCatchUp } from './catch-up.ts'
import type { Lease } from '../engine.ts'
import type { Hub } from './hub.ts'
import type { Outbound } from './outbound.ts'
import { faultOf } from './rules.ts'
import { runAt } from './run-at.ts'
import { isMeant } from './served.ts'
import type { Allowed, ServedChannel } from './served.ts'
import { createSubscription } from './subscription.ts'
import type { Subscription } from './subscription.ts'
import type { User } from './user.ts'

/** All that one connection follows. */
export interface Subscriptions {
  /** The channel of a number that was given on this connection. */
  channel(number: number): ServedChannel | undefined
  /** Follows a channel, if the rules allow it; answers the frame. */
  add(id: number, asked: Asked): Promise<void>
  /** The client wants no more of it. */
  remove(number: number): void
  /** Ends subscriptions. @param name of channels, or the key of one; @default all */
  kick(name?: string): void
  /** Asks the rules again. */
  recheck(name?: string): void
  /** Ends all without a word. */
  stop(): void
}

type Asked = Omit<NonNullable<ClientFrame['sub']>, 'at'> & { at: Position | undefined }

export interface SubscriptionsOptions {
  hub: Hub
  user: User | undefined
  /** Names the connection: never used again. */
  nonce: string
  outbound: Outbound
  fail: (id: number, fault: Fault) => void
  /** After how long a client may come again, in ms. */
  reconnectIn: () => number
}

interface Followed {
  channel: ServedChannel
  number: number
  /** `undefined` until the rules and the engine have been asked. */
  subscription: Subscription | undefined
  /** That the user is there, if anybody may see it. */
  lease: Lease | undefined
  /** What the browser says of its user. */
  meta: unknown
}

/** A follower that holds a room open: each its own, since a room knows them apart by themselves. */
const createHolder = () => ({ deliver() {}, broken() {}, stale() {}, tell() {}, meet() {} })

export function createSubscriptions({
  hub,
  user,
  nonce,
  outbound,
  fail,
  reconnectIn,
}: SubscriptionsOptions): Subscriptions {
  const { limits, engine, pageSize, meter, onFault } = hub
  /** By the number of the room. */
  const followed = new Map<number, Followed>()
  /** Subscriptions that are asked for, and not answered. */
  let asking = 0
  /** The last that was asked for, by the channel's key: rules may answer in another order. */
  const lastAsked = new Map<string, number>()
  /** How often rules have changed under us: what was allowed before must be asked again. */
  let changes = 0
  let over = false

  const catchUp = createCatchUp({
    room: outbound.room,
    retryAfter: () => 500 + Math.random() * 1000,
    onFault(error, { room }) {
      onFault(error)
      room.lost()
    },
  })

  /** One after another, or all that wait for room would take the same. */
  let gate: Promise<boolean> = Promise.resolve(true)
  const nextRoom = (): Promise<boolean> => (gate = gate.then(() => outbound.room()))

  const matching = (name: string | undefined): Followed[] =>
    [...followed.values()].filter(({ channel }) => isMeant(channel, name))

  function off({ subscription, lease }: Followed, reason: OffReason): void {
    // Who may not be here is not here, from now on. (When a right expires, the rule is still to say so.)
    if (lease && reason !== 'expired') subscription?.room.presence?.leave(lease, 0)
    subscription?.off(reason)
  }

  /** Ends one without a word. */
  function end(one: Followed): void {
    if (followed.get(one.number) === one) followed.delete(one.number)
    one.subscription?.end()
  }

  /** Whether a channel may be followed beside the others. One that takes another's place is none more. */
  function fits(key: string): boolean {
    if (followed.size + lastAsked.size < limits.maxSubscriptions) return true
    const keys = new Set([...followed.values()].map(({ channel }) => channel.key))
    for (const asked of lastAsked.keys()) keys.add(asked)
    return keys.has(key) || keys.size < limits.maxSubscriptions
  }

  /** A rule that throws says nothing: what was allowed stays so until the next time. */
  async function ask(one: Followed): Promise<void> {
    try {
      if (!(await one.channel.mayFollow(user))) return off(one, 'denied')
      show(one, await look(one))
    } catch (error) {
      if (faultOf(error, onFault).code === 'denied') off(one, 'denied')
    }
  }

  /** Asks what the others see of the user. */
  const look = async ({ channel, meta }: Followed): Promise<string | undefined> =>
    channel.hasPresence && user ? channel.introduce(user, meta) : undefined

  /** @param before what they saw until now */
  function show(one: Followed, seen: string | undefined, before = one.lease): void {
    const { number, subscription } = one
    // It may have ended since it was asked.
    if (!subscription || followed.get(number)?.subscription !== subscription) return
    const { presence } = subscription.room
    one.lease = seen !== undefined && user ? { member: user.id, nonce, meta: seen } : undefined
    if (one.lease) presence?.join(one.lease)
    else if (before) presence?.leave(before, 0)
  }

  async function add(id: number, asked: Asked): Promise<void> {
    const { ch, p } = asked
    if (asking >= limits.maxSubscriptions) {
      return fail(id, { code: 'busy', retry: true, after: reconnectIn() })
    }
    asking++
    let key: string | undefined
    try {
      const channel = hub.find(ch, p)
      if (!channel) return fail(id, { code: 'unknown', retry: false })
      if (!fits(channel.key)) {
        const message = `at most ${limits.maxSubscriptions} subscriptions`
        return fail(id, { code: 'busy', retry: false, message })
      }
      ;({ key } = channel)
      lastAsked.set(key, id)
      const wanted = (): boolean => !over && lastAsked.get(channel.key) === id
      for (let done = false; !done && wanted();) {
        const seen = changes
        // oxlint-disable-next-line no-await-in-loop -- the rule is asked again when its answer is old
        const allowed = await channel.mayFollow(user)
        if (!allowed) return fail(id, { code: 'denied', retry: false })
        const still = (): boolean => seen === changes
        // oxlint-disable-next-line no-await-in-loop
        if (still() && wanted()) done = await follow(id, channel, asked, allowed, still)
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
   * @param still whether the rule's answer is still good
   * @returns whether it was, and all is done
   */
  async function follow(
    id: number,
    channel: ServedChannel,
    { at, m }: Asked,
    { after, expires }: Allowed,
    still: () => boolean,
  ): Promise<boolean> {
    const room = hub.room(channel)
    // Before the subscription that this one replaces leaves, or the room would end with it.
    const hold = room.join(createHolder())
    // Known before anything is awaited, so that an `un` finds it, and a second `sub` ends the first.
    const before = followed.get(room.number)
    before?.subscription?.end()
    const mine: Followed = {
      channel,
      number: room.number,
      subscription: undefined,
      lease: undefined,
      meta: m,
    }
    followed.set(room.number, mine)
    const wanted = (): boolean => !over && followed.get(room.number) === mine
    try {
      await room.started
      const seen = await look(mine)
      // No state is loaded for who has given up (many do when many come at once), or does not read.
      if (!(await outbound.room()) || !wanted()) return true
      const snapshot = at === undefined ? await channel.recent(after) : undefined
      if (!(await nextRoom()) || !wanted()) return true
      if (!still()) return false
      const position = at ?? snapshot?.position ?? ''
      const state = snapshot ? `,"s":${snapshot.json}` : ''
      outbound.write(`{"id":${id},"on":{"c":${room.number},"at":"${position}"${state}}}`)
      meter.count(at === undefined ? 'kitrt.snapshots' : 'kitrt.resumes')
      const ended = hub.subscribed()
      // What is allowed for a time ends then; the client asks again.
      const staying = runAt(expires, () => off(mine, 'expired'))
      mine.subscription = createSubscription({
        room,
        position,
        after,
        engine,
        pageSize,
        writer: outbound,
        catchUp: catchUp.add,
        resetAfter: reconnectIn,
        onReset: (reason) => meter.count('kitrt.resets', 1, { 'kitrt.reset.reason': reason }),
        onSent: (events) => meter.count('kitrt.sent.events', events),
        onDropped: (messages) => meter.count('kitrt.dropped.messages', messages),
        onEnd() {
          ended()
          staying()
          if (mine.lease) room.presence?.leave(mine.lease, limits.grace)
          if (followed.get(room.number) === mine) followed.delete(room.number)
        },
      })
      show(mine, seen, before?.lease)
      catchUp.add(mine.subscription)
      return true
    } catch (error) {
      if (wanted()) followed.delete(room.number)
      throw error
    } finally {
      hold()
    }
  }

  return {
    add,
    channel: (number) => followed.get(number)?.channel,
    remove(number) {
      const one = followed.get(number)
      if (!one) return
      // One that was asked for meanwhile is not wanted either.
      lastAsked.delete(one.channel.key)
      end(one)
    },
    kick(name) {
      changes++
      for (const one of matching(name)) off(one, 'kicked')
    },
    recheck(name) {
      changes++
      for (const one of matching(name)) void ask(one)
    },
    stop() {
      over = true
      catchUp.stop()
      for (const one of [...followed.values()]) end(one)
    },
  }
}
