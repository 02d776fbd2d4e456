import { codes, otherUser } from '../../protocol/codes.ts'
import type { Code } from '../../protocol/codes.ts'
import { isKey, version } from '../../protocol/frames.ts'
import type { ClientFrame, Fault, ServerFrame } from '../../protocol/frames.ts'
import { isPosition } from '../../protocol/position.ts'
import { createCalls } from './calling.ts'
import type { Carried, Carrier } from './carrier.ts'
import { createFrameRate } from './frame-rate.ts'
import { isMeant, welcome } from './greeting.ts'
import type { Hub } from './hub.ts'
import { createOutbound } from './outbound.ts'
import { createPublishing } from './publishing.ts'
import type { PublishAnswer } from './publishing.ts'
import { parseMessage } from './parse-message.ts'
import { millisecondsOf } from './milliseconds.ts'
import { runAt } from './run-at.ts'
import type { ServedChannel } from './served.ts'
import { createSubscriptions } from './subscriptions.ts'
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

export function createConnection(hub: Hub, carrier: Carrier, user: User | undefined): Connection {
  const { limits, turn, meter, onFault } = hub
  let over = false
  let greeted = false
  const publishing = createPublishing(limits.maxPublishing)
  const mayTake = createFrameRate(limits.maxFrames)
  const reconnectIn = (): number => Math.round(Math.random() * limits.spread)

  const outbound = createOutbound({
    ...limits,
    carrier,
    turn,
    onSilence: beat,
    onStuck: () => end(codes.slow, 'reads too slowly', reconnectIn()),
    onSent: (message) => meter.io('transmit', message),
    onQueued: hub.queued,
  })
  const greeting = setTimeout(() => end(codes.timeout, 'no hi in time'), limits.hiTimeout)
  let silence: ReturnType<typeof setTimeout> | undefined
  const rechecking = setInterval(
    () => subscriptions.recheck(),
    limits.recheckEvery * (0.9 + Math.random() * 0.2),
  )
  /** Whoever it is then comes back by a request of its own. */
  const staying = runAt(millisecondsOf(user?.expires), () =>
    end(codes.expired, 'the session is over', 0),
  )
  /** Whether a heartbeat has been sent since the client was heard of. */
  let wasAsked = false

  /** Answers nobody reads are no reason to keep more of them than of events. */
  function say(frame: ServerFrame): void {
    if (outbound.waiting > 2 * limits.maxQueue) {
      return end(codes.slow, 'reads no answers', reconnectIn())
    }
    outbound.write(JSON.stringify(frame))
  }
  const fail = (id: number, err: Fault): void => {
    meter.count('kitrt.refusals', 1, { 'error.type': err.code })
    say({ id, err })
  }

  const calls = createCalls({
    user,
    max: limits.maxPublishing,
    timeout: limits.callTimeout,
    onFault,
    answer(id, answered) {
      if ('err' in answered) fail(id, answered.err)
      else say({ id, ...answered })
    },
  })
  const subscriptions = createSubscriptions({
    hub,
    user,
    nonce: crypto.randomUUID(),
    outbound,
    fail,
    reconnectIn,
  })

  function beat(): void {
    wasAsked = true
    outbound.write('{}')
  }

  /** A client that answers has to be heard of. */
  function heard(): void {
    clearTimeout(silence)
    wasAsked = false
    if (over || !carrier.duplex) return
    silence = setTimeout(() => {
      // One that is told things all the time meets no silence that would have asked it.
      if (!wasAsked) beat()
      silence = setTimeout(() => end(codes.timeout, 'no heartbeat'), limits.heartbeat / 2)
    }, limits.heartbeat)
  }

  function closed(): void {
    if (over) return
    over = true
    clearTimeout(greeting)
    clearTimeout(silence)
    clearInterval(rechecking)
    staying()
    subscriptions.stop()
    calls.stop()
    outbound.stop()
    forget()
  }

  function end(code: Code, reason: string, after?: number): void {
    if (over) return
    meter.count('kitrt.closes', 1, { 'kitrt.close.code': String(code) })
    outbound.write(JSON.stringify({ bye: { code, after } }))
    outbound.flush()
    closed()
    carrier.close(code, reason)
  }

  function subscribe(id: number, asked: NonNullable<ClientFrame['sub']>): void {
    const { at } = asked
    if (at !== undefined && !isPosition(at)) return end(codes.protocol, 'at is no position')
    void subscriptions.add(id, { ...asked, at })
  }

  function publish(id: number, { c, d, k, ...target }: NonNullable<ClientFrame['pub']>): void {
    if (!isKey(k)) {
      return end(codes.protocol, 'a publish needs a key of at most 100 characters')
    }
    const answer = (answered: PublishAnswer): void => {
      if ('err' in answered) fail(id, answered.err)
      else say({ id, ...answered })
    }
    const channel = found(c, target)
    if (!channel) return answer({ err: { code: 'unknown', retry: false } })
    publishing.add(channel.key, () => hub.publish(channel, user, d, k), answer)
  }

  function found(c: unknown, { ch, p }: { ch?: unknown; p?: unknown }): ServedChannel | undefined {
    if (typeof c === 'number') return subscriptions.channel(c)
    try {
      return hub.find(ch, p)
    } catch {
      return undefined
    }
  }

  function greet(hi: NonNullable<ClientFrame['hi']>): void {
    if (hi.v !== version) return end(codes.version, `speaks version ${version} only`)
    if (!isMeant(hi, user)) return end(otherUser, 'another user')
    greeted = true
    clearTimeout(greeting)
    say(welcome(hub, user))
  }

  function take(frame: ClientFrame): void {
    const { hi, id, sub, pub, un, call: called, no } = frame
    if (hi) return greet(hi)
    if (!greeted) return end(codes.protocol, 'the first frame is hi')
    if (sub || pub || called) {
      if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
        return end(codes.protocol, 'a sub, a pub or a call needs an id')
      }
      if (sub) subscribe(id, sub)
      else if (pub) publish(id, pub)
      else if (called) void calls.add(id, () => found(called.c, called), called)
    } else if (typeof un === 'number') subscriptions.remove(un)
    else if (typeof no === 'number') calls.abort(no)
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
    kick: subscriptions.kick,
    recheck: subscriptions.recheck,
    goAway: (after) => end(codes.goingAway, 'the server goes away', after),
  }
  const forget = hub.add(connection)
  heard()
  return connection
}
