import { KitrtError, reportError } from '@kitrt/core'
import type { Codec } from './codec.ts'
import type { Inbox } from './inbox.ts'
import type { AnyPeer, Peer, SocketData } from './peer.ts'
import type { RawData } from './codec.ts'
import type { HandshakeEvent, RequestEvent } from './request-event.ts'

/** What a socket route does, each optional. Handlers of one peer run one after another; each may be async. */
export interface SocketHandlers<
  Event extends HandshakeEvent = RequestEvent,
  Send = RawData,
  Receive = SocketData,
> {
  /** Ends before the first `message` begins. */
  open?: ((peer: Peer<Event, Send, Receive>) => unknown) | undefined
  message?: ((peer: Peer<Event, Send, Receive>, data: Receive) => unknown) | undefined
  /** Called once, whichever way the socket ended. `code` is 1006 when the other side vanished. */
  close?: ((peer: Peer<Event, Send, Receive>, code: number, reason: string) => unknown) | undefined
  /**
   * Told what `open`, `message` or `close` threw. With it the socket stays open; without it the
   * fault is reported on the console and the socket is closed with 1011.
   */
  error?: ((peer: Peer<Event, Send, Receive>, error: unknown) => unknown) | undefined
}

/** The handlers of any route, whatever its messages are. */
export type AnyHandlers = SocketHandlers<RequestEvent, unknown, never>

export interface DispatcherOptions {
  handlers: AnyHandlers
  route: string
  codec: Codec
  inbox: Inbox<SocketData>
  /** Runs a callback in the asynchronous context of the request that opened the socket. */
  run: <T>(callback: () => T) => T
  /** A message came that is none, and the peer is to be closed for it. `undefined`: the error handler is told. */
  refuse: (() => void) | undefined
  /** Called when everything else has ended. */
  ended: () => void
}

/** Hands what happens to one peer to the handlers of its route, one after another. */
export interface Dispatcher {
  opened(peer: AnyPeer): void
  /** Something has come into the inbox. */
  arrived(): void
  closed(code: number, reason: string): void
  /** Reads the messages instead of the `message` handler. */
  iterate(): AsyncIterator<unknown, undefined>
  /** Whether anybody wants messages. */
  readonly listens: boolean
}

/** A fault of a handler stays here, whatever it throws and whenever it rejects. */
export function createDispatcher({
  handlers,
  route,
  codec,
  inbox,
  run,
  refuse,
  ended,
}: DispatcherOptions): Dispatcher {
  let peer: AnyPeer | undefined
  /** Whether `open` has ended. */
  let ready = false
  let working = false
  /** How the socket has closed. */
  let over: { code: number; reason: string } | undefined
  let told = false
  /** Who reads by `for await`, woken when there is news. */
  let reader: { wake: () => void } | undefined

  async function guard(stage: string, to: AnyPeer, handler: () => unknown): Promise<void> {
    try {
      await handler()
    } catch (error) {
      if (!handlers.error) {
        reportError(error, { stage: `socket ${stage} of ${route}` })
        to.close(1011, 'internal error')
        return
      }
      try {
        await handlers.error(to as never, error)
      } catch (second) {
        reportError(second, { stage: `socket error of ${route}` })
      }
    }
  }

  /** The next message that is one. */
  async function next(to: AnyPeer): Promise<{ value: unknown } | undefined> {
    for (let data = inbox.take(); data !== undefined; data = inbox.take()) {
      try {
        return { value: await codec.decode(data) }
      } catch (error) {
        const expected = error instanceof KitrtError && error.code === 'invalid-message'
        if (expected && refuse) {
          inbox.clear()
          refuse()
        } else await guard('message', to, () => Promise.reject(error))
      }
    }
    return undefined
  }

  const forHandler = (): boolean => !reader && handlers.message !== undefined && inbox.size > 0

  async function work(to: AnyPeer): Promise<void> {
    if (working) return
    working = true
    if (!ready) {
      await guard('open', to, () => handlers.open?.(to as never))
      ready = true
      if (!handlers.message && !reader) inbox.clear()
    }
    // Nothing may be awaited between the last look into the inbox and the end of the work: what
    // arrived then would wait for the next arrival.
    while (forHandler()) {
      const message = await next(to)
      if (!message) continue
      await guard('message', to, () => handlers.message?.(to as never, message.value as never))
    }
    working = false
    if (over) await end(to, over)
  }

  async function end(
    to: AnyPeer,
    { code, reason }: { code: number; reason: string },
  ): Promise<void> {
    if (told) return
    told = true
    await guard('close', to, () => handlers.close?.(to as never, code, reason))
    ended()
  }

  function goOn(): void {
    const to = peer
    if (to) run(() => void work(to))
  }

  function iterate(): AsyncIterator<unknown, undefined> {
    const from = peer
    if (!from || reader) {
      throw new KitrtError('bad-argument', `The messages of a peer of ${route} are read already.`)
    }
    let news = Promise.withResolvers<void>()
    const mine = { wake: () => news.resolve() }
    reader = mine
    const leave = (): { done: true; value: undefined } => {
      if (reader === mine) {
        reader = undefined
        goOn()
      }
      return { done: true, value: undefined }
    }
    return {
      async next() {
        for (;;) {
          if (reader !== mine) return leave()
          const message = await next(from)
          if (message) return { done: false, value: message.value }
          if (over) return leave()
          await news.promise
          news = Promise.withResolvers()
        }
      },
      return: async () => leave(),
    }
  }

  return {
    iterate,
    opened(opening) {
      peer = opening
      goOn()
    },
    arrived() {
      if (reader) reader.wake()
      else goOn()
    },
    closed(code, reason) {
      over = { code, reason }
      reader?.wake()
      goOn()
    },
    get listens() {
      // Before `open` has ended nobody knows: it may yet begin a loop.
      return !ready || reader !== undefined || handlers.message !== undefined
    },
  }
}
