import { holdRequest, trackConnection } from '@kitrt/core/server'
import { admit } from './admission.ts'
import { createDispatcher } from './dispatcher.ts'
import type { AnyHandlers } from './dispatcher.ts'
import { heartbeat } from './heartbeat.ts'
import { createIdleWatch } from './idle-watch.ts'
import type { IdleWatch } from './idle-watch.ts'
import { createInbox } from './inbox.ts'
import { overhead, sizeOf } from './message-size.ts'
import { createPeer } from './peer.ts'
import type { OwnedPeer, PeerOptions, SocketData } from './peer.ts'
import { addPeer } from './peers.ts'
import { createRateLimit } from './rate-limit.ts'
import type { RateLimit } from './rate-limit.ts'
import { createReading } from './reading.ts'
import type { SocketEvent } from './socket-event.ts'
import type { Wire } from './wire.ts'

/**
 * A socket that a route has accepted, before and after its handshake. The runtimes feed it, and end it
 * by `closed` also where it never opens: until then it counts for the route's `maxConnections`.
 */
export interface Connection {
  /** For the handshake; '' for none. */
  readonly protocol: string
  /** Whether messages are JSON. */
  readonly json: boolean
  /** See `SocketOptions.idleTimeout`; for runtimes that watch by themselves. */
  readonly idleTimeout: number
  opened(wire: Wire): void
  received(data: SocketData): void
  /** The other side has sent a ping, which the runtime answers. */
  pinged(): void
  /** The other side has sent a pong, whether or not it was asked for one. */
  ponged(): void
  /** @param code 0 where the runtime does not know, as Deno in a close that crosses a message */
  closed(code: number, reason: string): void
}

/** For the limits see `SocketOptions`. */
export interface ConnectionOptions extends PeerOptions {
  handlers: AnyHandlers
  event: SocketEvent
  /** The route's handler, as its module exports it. */
  madeBy: object
  /** Runs a callback in the asynchronous context of the request that opened the socket. */
  run: <T>(callback: () => T) => T
  maxPayload: number
  maxPending: number
  idleTimeout: number
  rateLimit: RateLimit | undefined
  invalid: 'close' | 'error'
}

/**
 * What a client that was refused has to leave, in ms. The runtimes wait for its close frame (30 s on
 * Node), and read what it sends in the meantime.
 */
const toLeave = 2_000

/** How many pings may come while their answers wait, which the runtimes queue: 131 bytes each. */
const maxUnread = 1000

/** The reason of a server's end; our client reads from it how long to stay away, in seconds. */
const restart = (after: number): string =>
  after > 0 ? `service restart; retry-after=${after / 1000}` : 'service restart'

/**
 * Makes the sockets of all runtimes alike: handlers run one after another and in the scope of the
 * opening request, every bound is kept, and `close` comes once, after everything else.
 */
export function createConnection({
  handlers,
  event,
  madeBy,
  run,
  maxPayload,
  maxPending,
  idleTimeout,
  rateLimit,
  invalid,
  ...peerOptions
}: ConnectionOptions): Connection {
  const route = event.route.id ?? ''
  const inbox = createInbox<SocketData>(maxPending)
  const mayTake = createRateLimit(rateLimit)
  const reading = createReading()
  let wire: Wire | undefined
  let owned: OwnedPeer | undefined
  let watch: IdleWatch | undefined
  /** What takes it out of every register. */
  const removals = [admit(route, event.clientAddress)]
  /** Lets go of the request's state. */
  let release = (): void => {}
  /** A server that stops waits for it no more. */
  let untrack = (): void => {}
  let over = false
  /** Whether no more messages are taken: one was over a bound. */
  let deaf = false
  let dropping: ReturnType<typeof setTimeout> | undefined
  /** Pings that came while something waited for a slow reader. */
  let unread = 0

  function refuse(code: number, reason: string): void {
    if (deaf) return
    deaf = true
    owned?.peer.close(code, reason)
    dropping = setTimeout(() => wire?.terminate(), toLeave)
    dropping.unref()
  }

  /** Notes a sign of life. Returns whether what has come is still wanted. */
  function heard(): boolean {
    watch?.alive()
    reading.heard(wire, deaf)
    return !deaf
  }

  const dispatcher = createDispatcher({
    handlers,
    route,
    codec: peerOptions.codec,
    inbox,
    run,
    refuse: invalid === 'close' ? () => refuse(1007, 'invalid message') : undefined,
    ended() {
      release()
      untrack()
    },
  })

  return {
    protocol: peerOptions.protocol,
    json: peerOptions.codec.json,
    idleTimeout,
    opened(opening) {
      if (owned || over) return opening.terminate()
      wire = opening
      owned = createPeer({ ...peerOptions, wire, event, iterate: dispatcher.iterate })
      const { peer } = owned
      const { ping, terminate } = opening
      if (ping) watch = createIdleWatch({ idleTimeout, ping, gone: terminate })
      removals.push(addPeer(route, peer, madeBy))
      untrack = trackConnection({ goAway: (after) => peer.close(1012, restart(after)) })
      // The handshake's response has gone out; the request's state must outlive it.
      release = run(holdRequest)
      dispatcher.opened(peer)
    },
    received(data) {
      if (!heard() || !owned) return
      const bytes = sizeOf(data)
      if (bytes > maxPayload) return refuse(1009, `a message may hold ${maxPayload} bytes`)
      if (!mayTake(bytes)) return refuse(1008, 'messages come faster than the rate limit')
      if (data === heartbeat) {
        // Who asks and does not read is not answered; what waits is an answer too.
        if (wire?.bufferedAmount() === 0) wire.send(heartbeat)
        return
      }
      if (!dispatcher.listens) return
      if (!inbox.push(data, bytes + overhead)) {
        return refuse(1013, 'messages come faster than they are handled')
      }
      dispatcher.arrived()
    },
    pinged() {
      if (!heard()) return
      // Each is answered by the runtime, which costs as much as a message.
      if (!mayTake(0)) return refuse(1008, 'pings come faster than the rate limit')
      unread = wire && wire.bufferedAmount() > 0 ? unread + 1 : 0
      if (unread > maxUnread) refuse(1013, 'reads too slowly')
    },
    ponged() {
      if (heard() && !mayTake(0)) refuse(1008, 'pongs come faster than the rate limit')
    },
    closed(code, reason) {
      if (over) return
      over = true
      deaf = true
      watch?.stop()
      clearTimeout(dropping)
      for (const remove of removals) remove()
      const said = owned?.closed()
      dispatcher.closed(code || said || 1006, reason)
    },
  }
}
