import { reportError } from '@kitrt/core'
import { holdRequest, trackConnection } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import type { WSContext, WSEvents } from 'hono/ws'
import { createPeer } from './peer.ts'
import type { OwnedPeer, Peer, SocketData, SocketEvent, Wire } from './peer.ts'
import { addPeer } from './peers.ts'

/** What a socket route does, each optional. Handlers of one peer run one after another; each may be async. */
export interface SocketHandlers<Event extends RequestEvent = RequestEvent> {
  /** Ends before the first `message` begins. */
  open?: ((peer: Peer<Event>) => unknown) | undefined
  message?: ((peer: Peer<Event>, data: SocketData) => unknown) | undefined
  /** Called once, whichever way the socket ended. `code` is 1006 when the other side vanished. */
  close?: ((peer: Peer<Event>, code: number, reason: string) => unknown) | undefined
  /**
   * Told what `open`, `message` or `close` threw. With it the socket stays open; without it the
   * fault is reported on the console and the socket is closed with 1011.
   */
  error?: ((peer: Peer<Event>, error: unknown) => unknown) | undefined
}

/** A socket that a route has accepted, before and after its handshake. The runtimes feed it through {@link toHonoEvents}. */
export interface Connection {
  opened(wire: Wire): void
  received(data: SocketData): void
  /** @param code 0 where the runtime does not know, as Deno in a close that crosses a message */
  closed(code: number, reason: string): void
}

export interface ConnectionOptions {
  handlers: SocketHandlers
  event: SocketEvent
  /** Runs a callback in the asynchronous context of the request that opened the socket. */
  run: <T>(callback: () => T) => T
  /** See `SocketOptions.maxBuffered`. */
  maxBuffered: number
  /** See `SocketOptions.maxPayload`. */
  maxPayload: number
  /** See `SocketOptions.maxPending`. */
  maxPending: number
}

/** What a message costs beside its data while it waits, in bytes: its closure and its promise, roughly. */
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
  maxBuffered,
  maxPayload,
  maxPending,
}: ConnectionOptions): Connection {
  let owned: OwnedPeer | undefined
  let tail = Promise.resolve()
  let pending = 0
  let over = false
  /** Whether no more messages are taken: one was over a bound. */
  let deaf = false
  let release = (): void => {}

  async function guard(stage: string, peer: Peer, handler: () => unknown): Promise<void> {
    try {
      await handler()
    } catch (error) {
      if (!handlers.error) {
        reportError(error, { stage: `socket ${stage} of ${event.route.id}` })
        peer.close(1011, 'internal error')
        return
      }
      try {
        await handlers.error(peer, error)
      } catch (second) {
        reportError(second, { stage: `socket error of ${event.route.id}` })
      }
    }
  }

  /** `then` on a promise that never rejects: `guard` catches everything. */
  function enqueue(stage: string, peer: Peer, handler: () => unknown): void {
    tail = tail.then(() => run(() => guard(stage, peer, handler)))
  }

  return {
    opened(wire) {
      if (owned || over) return wire.terminate()
      owned = createPeer(wire, event, maxBuffered)
      const { peer } = owned
      const forget = addPeer(event.route.id ?? '', peer)
      const untrack = trackConnection({ goAway: () => peer.close(1012, 'service restart') })
      // The handshake's response has gone out; the request's state must outlive it.
      const letGo = run(holdRequest)
      release = () => {
        forget()
        untrack()
        void tail.then(letGo)
      }
      if (handlers.open) enqueue('open', peer, () => handlers.open?.(peer))
    },
    received(data) {
      if (!owned || deaf || !handlers.message) return
      const { peer } = owned
      const bytes = size(data)
      const cost = bytes + overhead
      if (bytes > maxPayload || pending + cost > maxPending) {
        deaf = true
        if (bytes > maxPayload) peer.close(1009, `a message may hold ${maxPayload} bytes`)
        else peer.close(1013, 'messages come faster than they are handled')
        return
      }
      pending += cost
      enqueue('message', peer, () => {
        pending -= cost
        return handlers.message?.(peer, data)
      })
    },
    closed(code, reason) {
      if (over) return
      over = true
      deaf = true
      if (!owned) return
      const { peer } = owned
      const said = owned.closed()
      const last = code || said || 1006
      if (handlers.close) enqueue('close', peer, () => handlers.close?.(peer, last, reason))
      release()
    },
  }
}

/**
 * A connection as Hono's adapters call it. None of them awaits or catches what a handler returns
 * or throws on every runtime, so nothing here may do either.
 *
 * @param toWire makes a {@link Wire} of Hono's `ws.raw`, which is another thing on each runtime
 */
export function toHonoEvents<Raw>(
  connection: Connection,
  toWire: (raw: Raw) => Wire,
): WSEvents<Raw> {
  return {
    onOpen(_event, ws: WSContext<Raw>) {
      if (ws.raw) connection.opened(toWire(ws.raw))
    },
    onMessage({ data }) {
      if (typeof data === 'string') connection.received(data)
      else if (data instanceof ArrayBuffer) connection.received(new Uint8Array(data))
    },
    onClose({ code, reason }) {
      // Deno says 0 where the others say 1006; Bun gives 1006 a reason of its own.
      connection.closed(code, code === 1006 ? '' : reason)
    },
    onError() {
      // Always followed by a close, which says the rest. Without this handler Bun throws.
    },
  }
}
