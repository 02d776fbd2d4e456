import { KitrtError } from '../error.ts'
import type { Fault, ServerFrame } from '../protocol/frames.ts'
import type { Backoff } from './backoff.ts'
import type { Carrier } from './carrier.ts'
import type { ConnectionStatus } from './connection-status.ts'
import type { Following } from './following.ts'
import { errorOf } from './publisher.ts'
import { createSuccession } from './succession.ts'
import type { Succession } from './succession.ts'

/** Where the subscription of a channel is. */
export interface Seat {
  readonly following: Following
  carrier: Carrier | undefined
  /** The frame that asks for it, until that is answered. */
  asking: number | undefined
  /** Gaps one after another, without an event that fits. */
  gaps: number
  /** Runs until it is asked for again. */
  timer: ReturnType<typeof setTimeout> | undefined
  /** Whether nothing is to be asked until the app does. */
  final: boolean
}

export interface SeatsOptions {
  /** Opens a connection, which begins with `greeting`. */
  connect: () => Carrier
  /** Gives the connection up. */
  giveUp: () => void
  /** An id that no frame had. */
  nextId: () => number
  /** Waits between attempts at one subscription. */
  retries: Backoff
}

/** All channels that a session follows, and the subscription of each. */
export interface Seats {
  /** The connection that they are on. */
  readonly line: Succession
  readonly all: ReadonlyMap<string, Seat>
  take(following: Following): Seat
  /** Nobody follows it any more. */
  leave(seat: Seat): void
  /** Subscribes from the position that it has now. */
  move(seat: Seat): void
  /** The frames that ask for all of them on a connection that opens. */
  greeting(carrier: Carrier): object[]
  /** Asks for those that came while the connection was opened. */
  greeted(): void
  answered(carrier: Carrier, id: number, frame: ServerFrame): void
  /** @returns the following that it is for */
  told(carrier: Carrier, frame: ServerFrame): Following | undefined
  /** The connection is gone. */
  dropped(): void
  showStatus(connection: ConnectionStatus): void
  close(): void
}

/** After so many gaps without progress something is wrong that asking again does not mend. */
const maxGaps = 3

export function createSeats({ connect, giveUp, nextId, retries }: SeatsOptions): Seats {
  const all = new Map<string, Seat>()
  const line = createSuccession({
    connect,
    isWanted: () => all.size > 0,
    isIncomplete(carrier) {
      const lacks = (seat: Seat): boolean => !seat.final && !seat.timer && seat.carrier !== carrier
      const unwanted = ({ key }: Following): boolean => !all.has(key)
      return [...all.values()].some(lacks) || [...carrier.numbers.values()].some(unwanted)
    },
  })

  /** @returns the frame */
  function ask(seat: Seat, carrier: Carrier): object {
    const { channel, params, position, meta } = seat.following
    const id = nextId()
    carrier.asked.set(id, seat.following)
    // A stream in place of another leaves that one in charge until it has answered.
    if (!line.isNext(carrier)) seat.asking = id
    return { id, sub: { ch: channel.name, p: params, at: position, m: meta } }
  }

  /** Subscribes on the connection that there is, or the next one. */
  function subscribe(seat: Seat): void {
    const carrier = line.current
    // Before the greeting there is nothing to send on; after it, we look who is missing.
    if (!carrier?.greeted || seat.final) return
    if (carrier.duplex) carrier.send(ask(seat, carrier))
    else line.reopen()
  }

  /** What is still told of the subscription before is not for this one. */
  function move(seat: Seat): void {
    seat.carrier = undefined
    if (!seat.timer) subscribe(seat)
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

  function refused(seat: Seat, fault: Fault): void {
    const { retry, after = 0 } = fault
    seat.asking = undefined
    const { key, position } = seat.following
    if (!retry) return off(seat, errorOf(fault, key))
    seat.following.setStatus(position ? 'stale' : 'connecting', errorOf(fault, key))
    later(seat, Math.max(after, retries.next()))
  }

  function gap(seat: Seat): void {
    if (++seat.gaps > maxGaps) return giveUp()
    seat.following.setStatus('resuming')
    move(seat)
  }

  function subscribed(carrier: Carrier, seat: Seat, on: NonNullable<ServerFrame['on']>): void {
    const { following } = seat
    carrier.numbers.set(on.c, following)
    seat.asking = undefined
    try {
      if ('s' in on) {
        following.begin({ state: following.channel.stateOf(on.s), position: on.at })
      }
    } catch (error) {
      // A state that does not fit (of a newer deploy, perhaps) would not fit the next time either.
      return off(seat, error as KitrtError)
    }
    // A reset has overtaken what was asked before it: that has nothing to go on from.
    if (following.position) seat.carrier = carrier
    else if (!seat.timer) move(seat)
  }

  function changed(seat: Seat, { up, stale, reset, after = 0, off: reason, m }: ServerFrame): void {
    const { following } = seat
    if (up !== undefined) {
      if (!following.reached(up)) return gap(seat)
      retries.reset()
      following.setStatus('live')
      following.show()
    } else if (stale) following.setStatus('stale')
    else if (reset) {
      following.reset()
      following.setStatus('stale')
      seat.carrier = undefined
      later(seat, after)
    } else if (m) following.meet(m)
    // Whether it goes on, the rule will say.
    else if (reason === 'expired') {
      following.setStatus('resuming')
      move(seat)
    } else if (reason) off(seat, new KitrtError('denied', `${following.key}: ${reason}`))
  }

  return {
    line,
    all,
    move,
    take(following) {
      const seat: Seat = {
        following,
        carrier: undefined,
        asking: undefined,
        gaps: 0,
        timer: undefined,
        final: false,
      }
      all.set(following.key, seat)
      return seat
    },
    leave(seat) {
      const { following } = seat
      if (all.get(following.key) !== seat) return
      all.delete(following.key)
      clearTimeout(seat.timer)
      const carrier = line.current
      // A channel that was left by all for a moment has another number since.
      for (const [number, of] of carrier?.numbers ?? []) {
        if (!carrier || of !== following) continue
        if (!carrier.duplex) return line.reopen()
        carrier.numbers.delete(number)
        carrier.send({ un: number })
      }
    },
    greeting: (carrier) =>
      [...all.values()]
        .filter((seat) => !seat.final && !seat.timer)
        .map((seat) => ask(seat, carrier)),
    greeted() {
      for (const seat of all.values()) {
        if (!seat.timer && !seat.carrier && seat.asking === undefined) subscribe(seat)
      }
    },
    answered(carrier, id, frame) {
      const { on, err } = frame
      const following = carrier.asked.get(id)
      carrier.asked.delete(id)
      const seat = following && all.get(following.key)
      if (seat && seat.following === following) {
        if (!line.isNext(carrier) && seat.asking !== id) return
        if (on) subscribed(carrier, seat, on)
        else if (err) refused(seat, err)
        following.heard?.(frame)
      } else if (on && following && !seat) {
        // Nobody wants it any more. (Who wants it again has replaced it.)
        if (carrier.duplex) return carrier.send({ un: on.c })
        carrier.numbers.set(on.c, following)
        line.reopen()
      }
    },
    told(carrier, frame) {
      const following = carrier.numbers.get(frame.c as number)
      const seat = following && all.get(following.key)
      // Of a subscription before, or of a connection that another has replaced.
      if (seat?.following !== following || !seat || seat.carrier !== carrier || seat.asking) return
      if (!('d' in frame)) changed(seat, frame)
      else {
        const outcome = seat.following.apply(frame)
        if (outcome === 'applied') seat.gaps = 0
        if (outcome === 'gap') gap(seat)
      }
      following?.heard?.(frame)
      return following
    },
    dropped() {
      for (const seat of all.values()) {
        clearTimeout(seat.timer)
        Object.assign(seat, { timer: undefined, carrier: undefined, asking: undefined, gaps: 0 })
      }
    },
    showStatus(connection) {
      for (const { following, final } of all.values()) {
        const { key, position, status } = following
        if (final || connection === 'open') continue
        if (connection === 'offline') following.setStatus('offline')
        else if (connection === 'refused') {
          following.setStatus(
            'denied',
            new KitrtError('denied', `${key}: the server refused the connection`),
          )
        } else if (status !== 'stale') following.setStatus(position ? 'resuming' : 'connecting')
      }
    },
    close() {
      for (const seat of all.values()) off(seat, new KitrtError('closed', 'closed'))
      all.clear()
    },
  }
}
