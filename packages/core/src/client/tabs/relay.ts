import { channelKey } from '../../channel.ts'
import type { OnError } from '../../on-error.ts'
import { parseFrames } from '../../protocol/frames.ts'
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import type { Position } from '../../protocol/position.ts'
import type { Greeting } from '../carrier.ts'
import type { Ending } from '../connection-status.ts'
import type { Seat } from '../seats.ts'
import type { ClientTransport } from '../transport.ts'
import { createRelayFollowing } from './relay-following.ts'
import type { RelayFollowing } from './relay-following.ts'
import { openUpstream } from './upstream.ts'

/** Stands between the tabs of a browser and their one connection, and speaks the protocol of PROTOCOL.md to them. */
export interface Relay {
  /** A tab connects; again is once. @param greeting its first message */
  open(tab: string, greeting: string): void
  received(tab: string, message: string): void
  left(tab: string): void
  /** Ends the connection without a word; twice is once. */
  close(): void
}

export interface RelayOptions {
  transport: ClientTransport
  url: string
  /** Who all tabs are; see `u` of {@link ServerFrame.ok}. @default whoever */
  user?: string | undefined
  deliver(tabs: string[], message: string): void
  /** The connection has ended, and with it those of all tabs. */
  onEnd: (ending: Ending) => void
  onError: OnError
}

/** Silence, in ms, after which a tab gives the relay up: never, others look whether the leader lives. */
const heartbeat = 1e9

export function createRelay({
  transport,
  url,
  user,
  deliver,
  onEnd,
  onError,
}: RelayOptions): Relay {
  /** The first message of each tab, until it is answered. */
  const tabs = new Map<string, string | undefined>()
  const rooms = new Map<string, { following: RelayFollowing; seat: Seat }>()
  const waiting = new Map<string, string[]>()
  /** What gives up the calls of each tab, by their ids. */
  const calls = new Map<string, Map<unknown, () => void>>()
  let greeting: Greeting | undefined
  let number = 0

  /** All that a turn brings goes in one message, the same to all that get the same. */
  function tell(to: string[], frame: ServerFrame): void {
    if (waiting.size === 0) queueMicrotask(flush)
    const text = JSON.stringify(frame)
    for (const tab of to) {
      const lines = waiting.get(tab)
      if (lines) lines.push(text)
      else waiting.set(tab, [text])
    }
  }

  function flush(): void {
    const messages = new Map<string, string[]>()
    for (const [tab, lines] of waiting) {
      const message = lines.join('\n')
      messages.set(message, [...(messages.get(message) ?? []), tab])
    }
    waiting.clear()
    for (const [message, to] of messages) deliver(to, message)
  }

  const upstream = openUpstream({
    transport,
    url,
    user,
    onGreeted(answer) {
      greeting = { ...answer, hb: heartbeat }
      for (const [tab, first] of tabs) greet(tab, first)
    },
    onEnd,
    onError,
  })
  const { seats } = upstream

  function greet(tab: string, first = ''): void {
    tabs.set(tab, undefined)
    tell([tab], { ok: greeting })
    received(tab, first)
  }

  function roomOf(name: string, params: unknown): RelayFollowing {
    const key = channelKey(name, params)
    const known = rooms.get(key)
    if (known) return known.following
    const following = createRelayFollowing({
      name,
      params,
      key,
      number: ++number,
      tell,
      subscribe(atOnce) {
        if (atOnce) {
          clearTimeout(seat.timer)
          seat.timer = undefined
        }
        seats.move(seat)
      },
      onEmpty() {
        rooms.delete(key)
        seats.leave(seat)
      },
    })
    const seat = seats.take(following)
    rooms.set(key, { following, seat })
    return following
  }

  const numbered = (wanted: unknown): RelayFollowing | undefined =>
    [...rooms.values()].find(({ following }) => following.number === wanted)?.following

  /** What names a channel by our number names it in full. */
  function inFull(part: unknown): unknown {
    if (typeof part !== 'object' || part === null || !('c' in part)) return part
    const { c, ...rest } = part
    const { channel, params } = numbered(c) ?? {}
    return { ch: channel?.name, p: params, ...rest }
  }

  function take(tab: string, frame: ClientFrame): void {
    const { id, sub, un, no, ...rest } = frame
    if (sub)
      roomOf(sub.ch as string, sub.p).join(tab, id as number, sub.at as Position | undefined, sub.m)
    else if (un !== undefined) numbered(un)?.leave(tab)
    else if (id !== undefined) {
      const full = Object.fromEntries(Object.entries(rest).map(([op, part]) => [op, inFull(part)]))
      const giveUp = upstream.request(full, (answer) => {
        calls.get(tab)?.delete(id)
        if (tabs.has(tab)) tell([tab], { ...answer, id: id as number })
      })
      // What is published goes on, though its tab is gone.
      if ('call' in rest) calls.set(tab, (calls.get(tab) ?? new Map()).set(id, giveUp))
    } else if (no !== undefined) calls.get(tab)?.get(no)?.()
  }

  function received(tab: string, message: string): void {
    if (!greeting || !tabs.has(tab)) return
    for (const frame of parseFrames(message)) take(tab, frame)
  }

  return {
    open(tab, first) {
      if (tabs.has(tab)) return
      tabs.set(tab, first)
      if (greeting) greet(tab, first)
    },
    received,
    left(tab) {
      if (!tabs.delete(tab)) return
      for (const { following } of [...rooms.values()]) following.leave(tab)
      waiting.delete(tab)
      for (const giveUp of calls.get(tab)?.values() ?? []) giveUp()
      calls.delete(tab)
    },
    close: upstream.close,
  }
}
