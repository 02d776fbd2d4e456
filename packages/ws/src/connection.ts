import { KitrtError, reportError } from '@kitrt/core'
import { holdRequest, trackConnection } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { admit } from './admission.ts'
import type { RawData } from './codec.ts'
import { heartbeat } from './heartbeat.ts'
import { createIdleWatch } from './idle-watch.ts'
import type { IdleWatch } from './idle-watch.ts'
import { createInbox } from './inbox.ts'
import { createPeer } from './peer.ts'
import type { AnyPeer, OwnedPeer, Peer, PeerOptions, SocketData, SocketEvent } from './peer.ts'
import { addPeer } from './peers.ts'
import { createRateLimit } from './rate-limit.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Wire } from './wire.ts'

/** What a socket route does, each optional. Handlers of one peer run one after another; each may be async. */
export interface SocketHandlers<
  Event extends RequestEvent = RequestEvent,
  Send = RawData,
  Receive = SocketData,
> {
  /** Ends before the first `message` begins. */
  open?: ((peer: Peer<Event, Send, Receive>) => unknown) | undefined
  message?: ((peer: Peer<Event, Send, Receive>, data: Receive) => unknown) | undefined
  /** Called once, whichever way the socket ended. `code` is 1006 when the other side vanished. */
  close?:
    ((peer: Peer<Event, Send, Receive>, code: number, reason: string) => unknown) | undefined
  /**
   * Told what `open`, `message` or `close` threw. With it the socket stays open; without it the
   * fault is reported on the console and the socket is closed with 1011.
   */
  error?: ((peer: Peer<Event, Send, Receive>, error: unknown) => unknown) | undefined
}

/** A socket that a route has accepted, before and after its handshake. The runtimes feed it. */
export interface Connection {
  /** For the handshake; '' for none. */
  readonly protocol: string
  /** See `SocketOptions.idleTimeout`; for runtimes that watch by themselves. */
  readonly idleTimeout: number
  opened(wire: Wire): void
  received(data: SocketData): void
  /** The other side has given a sign of life that is no message. */
  alive(): void
  /** @param code 0 where the runtime does not know, as Deno in a close that crosses a message */
  closed(code: number, reason: string): void
}

export interface ConnectionOptions extends PeerOptions {
  handlers: SocketHandlers<RequestEvent, unknown, never>
  event: SocketEvent
  /** Runs a callback in the asynchronous context of the request that opened the socket. */
  run: <T>(callback: () => T) => T
  /** See `SocketOptions`. */
  maxPayload: number
  maxPending: number
  idleTimeout: number
  rateLimit: RateLimit | undefined
  invalid: 'close' | 'error'
}

/** What a message costs beside its data while it waits, in bytes: its place in the inbox, roughly. */
const overhead = 256

/** In bytes. */
const size = (data: SocketData): number =>
  typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength

/**
 * Makes the sockets of all runtimes alike: handlers run one after another and in the scope of the
 * opening request, a fault stays here, and `close` comes once, after everything else.
 */
export function createConnection({
  handlers,
  event,
  run,
  maxPayload,
  maxPending,
  idleTimeout,
  rateLimit,
  invalid,
  ...peerOptions
}: ConnectionOptions): Connection {
  const route = event.route.id ?? ''
  const { codec } = peerOptions
  const inbox = createInbox<SocketData>(maxPending)
  const mayTake = createRateLimit(rateLimit)
  let owned: OwnedPeer | undefined
  let wire: Wire | undefined
  let watch: IdleWatch | undefined
  /** Takes the peer out of every register. */
  let forget = (): void => {}
  /** Lets go of the request's state. */
  let release = (): void => {}
  /** Whether `open` has ended. */
  let ready = false
  let working = false
  let over: { code: number; reason: string } | undefined
  /** Whether no more messages are taken: one was over a bound. */
  let deaf = false
  /** Who reads the messages by `for await` instead of the handler; it is told when there is news. */
  let reader: { wake: () => void } | undefined

  /** What came before is still handled. */
  function refuseMore(code: number, reason: string): void {
    deaf = true
    owned?.peer.close(code, reason)
  }

  async function guard(stage: string, peer: AnyPeer, handler: () => unknown): Promise<void> {
    try {
      await handler()
    } catch (error) {
      if (!handlers.error) {
        reportError(error, { stage: `socket ${stage} of ${route}` })
        peer.close(1011, 'internal error')
        return
      }
      try {
        await handlers.error(peer as never, error)
      } catch (second) {
        reportError(second, { stage: `socket error of ${route}` })
      }
    }
  }

  /** The next message that is one; what is none is answered as the route wants. */
  async function next(peer: AnyPeer): Promise<{ value: unknown } | undefined> {
    for (let data = inbox.take(); data !== undefined; data = inbox.take()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        return { value: await codec.decode(data) }
      } catch (error) {
        const expected = error instanceof KitrtError && error.code === 'invalid-message'
        if (expected && invalid === 'close') {
          inbox.clear()
          refuseMore(1007, 'invalid message')
          // oxlint-disable-next-line no-await-in-loop -- as above
        } else await guard('message', peer, () => Promise.reject(error as Error))
      }
    }
    return undefined
  }

  /** Runs the handlers one after another, for as long as there is something for them. */
  async function work(peer: AnyPeer): Promise<void> {
    if (working) return
    working = true
    if (!ready) {
      await guard('open', peer, () => handlers.open?.(peer as never))
      ready = true
      if (!handlers.message && !reader) inbox.clear()
    }
    while (!reader && handlers.message) {
      const message = await next(peer)
      if (!message) break
      await guard('message', peer, () => handlers.message?.(peer as never, message.value as never))
    }
    working = false
    if (over) await end(peer, over)
  }

  let ended = false
  async function end(peer: AnyPeer, { code, reason }: { code: number; reason: string }) {
    if (ended) return
    ended = true
    await guard('close', peer, () => handlers.close?.(peer as never, code, reason))
    release()
  }

  const goOn = (): void => {
    if (owned) run(() => void work(owned!.peer))
  }

  function iterate(): AsyncIterator<unknown, undefined> {
    const peer = owned?.peer
    if (!peer || reader) {
      throw new KitrtError('bad-argument', `The messages of a peer of ${route} are read already.`)
    }
    let news = Promise.withResolvers<void>()
    const mine = { wake: () => news.resolve() }
    reader = mine
    const leave = (): void => {
      if (reader !== mine) return
      reader = undefined
      goOn()
    }
    const done = { done: true, value: undefined } as const
    return {
      async next() {
        while (reader === mine) {
          const message = await next(peer)
          if (message) return { done: false, value: message.value }
          if (over) break
          await news.promise
          news = Promise.withResolvers()
        }
        leave()
        return done
      },
      async return() {
        leave()
        return done
      },
    }
  }


  return {
    protocol: peerOptions.protocol,
    idleTimeout,
    opened(opening) {
      if (owned || over) return opening.terminate()
      wire = opening
      owned = createPeer({ ...peerOptions, wire, event, iterate })
      const { peer } = owned
      if (opening.ping) {
        watch = createIdleWatch({ idleTimeout, ping: opening.ping, gone: opening.terminate })
      }
      const removals = [
        addPeer(route, peer),
        admit(route, event.clientAddress),
        trackConnection({ goAway: () => peer.close(1012, 'service restart') }),
      ]
      // The handshake's response has gone out; the request's state must outlive it.
      release = run(holdRequest)
      forget = () => {
        for (const remove of removals) remove()
      }
      goOn()
    },
    received(data) {
      watch?.alive()
      if (!owned || deaf) return
      const bytes = size(data)
      if (bytes > maxPayload) return refuseMore(1009, `a message may hold ${maxPayload} bytes`)
      if (!mayTake(bytes)) return refuseMore(1008, 'messages come faster than the rate limit')
      if (data === heartbeat) {
        // Not over the bound: what asks and does not read is not answered.
        if (wire && wire.bufferedAmount() <= peerOptions.maxBuffered) wire.send(heartbeat)
        return
      }
      if (ready && !handlers.message && !reader) return
      if (!inbox.push(data, bytes + overhead)) {
        return refuseMore(1013, 'messages come faster than they are handled')
      }
      if (reader) reader.wake()
      else goOn()
    },
    alive: () => watch?.alive(),
    closed(code, reason) {
      if (over) return
      deaf = true
      watch?.stop()
      forget()
      const said = owned?.closed()
      over = { code: code || said || 1006, reason }
      reader?.wake()
      goOn()
    },
  }
}
