import { KitrtError } from '@kitrt/core'
import { createBacklog } from './backlog.ts'
import type { Codec, RawData } from './codec.ts'
import { clampReason, isCloseCode } from './close-frame.ts'
import { heartbeat } from './heartbeat.ts'
import type { HandshakeEvent, RequestEvent } from './request-event.ts'
import type { SocketEvent } from './socket-event.ts'
import { createSubscriptions } from './topics.ts'
import type { Published } from './topics.ts'
import type { Wire } from './wire.ts'

/** What a message is, on every runtime: text, or bytes. */
export type SocketData = string | Uint8Array<ArrayBuffer>

/**
 * What became of a message that was sent.
 *
 * - `sent`: handed to the network
 * - `queued`: waits behind others, because the other side reads slowly
 * - `dropped`: not sent, since more than `maxBuffered` was waiting; with `overflow: 'close'` the peer
 *   is being closed with 1013
 * - `closed`: not sent, since the socket is closed or closing
 */
export type SendResult = 'sent' | 'queued' | 'dropped' | 'closed'

/** One end of an open socket: the same object in every callback, on every runtime. */
export interface Peer<
  Event extends HandshakeEvent = RequestEvent,
  Send = RawData,
  Receive = SocketData,
> {
  /** A random UUID. */
  readonly id: string
  readonly event: SocketEvent<Event>
  /** The subprotocol that was chosen; '' for none. */
  readonly protocol: string
  /** Bytes that wait in this process for the network to take them. */
  readonly bufferedAmount: number
  /**
   * Sends a message, or says why not. Never throws for the state of the socket.
   *
   * @throws {KitrtError} `bad-argument` for what is no message of the route
   */
  send(message: Send): SendResult
  /** Waits until the network has taken all that was sent. Resolves to whether the socket is still open. */
  drained(): Promise<boolean>
  /**
   * Begins the closing handshake. Closing twice does nothing.
   *
   * @param code 1000, 1001 to 1003, 1007 to 1014, or 3000 to 4999. @default 1000
   * @param reason cut to 123 bytes of UTF-8, which is what a close frame holds
   * @throws {KitrtError} `bad-argument` for any other code
   */
  close(code?: number, reason?: string): void
  /** Drops the connection at once, without a handshake. */
  terminate(): void
  /** The topics that it has subscribed to. */
  readonly topics: readonly string[]
  /**
   * Gets what is published to a topic from now on. A topic belongs to its route: no peer of another
   * route gets it.
   *
   * @throws {KitrtError} `bad-argument` over the route's `maxTopics`
   */
  subscribe(topic: string): void
  unsubscribe(topic: string): void
  /** Sends a message to all other peers of the route that have subscribed to a topic. */
  publish(topic: string, message: Send): Published
  /**
   * The messages, one by one, instead of the `message` handler, from now until the loop is left.
   * Ends when the socket has closed. One loop at a time.
   */
  [Symbol.asyncIterator](): AsyncIterator<Receive, undefined>
}

/** How a peer treats what it sends. */
export interface PeerOptions {
  /** See `SocketOptions.maxBuffered`. */
  maxBuffered: number
  /** See `SocketOptions.overflow`. */
  overflow: 'close' | 'drop'
  /** See `SocketOptions.maxTopics`. */
  maxTopics: number
  codec: Codec
  protocol: string
}

export interface PeerSetup extends PeerOptions {
  wire: Wire
  event: SocketEvent
  iterate: () => AsyncIterator<unknown, undefined>
}

/** A peer as its connection sees it: whatever the messages of its route are. */
export type AnyPeer = Peer<RequestEvent, unknown, unknown>

export function createPeer({
  wire,
  event,
  iterate,
  maxBuffered,
  overflow,
  maxTopics,
  codec,
  protocol,
}: PeerSetup): OwnedPeer {
  let open = true
  let said: number | undefined
  /** Those who wait in `drained`. */
  const waiting = new Set<(open: boolean) => void>()
  const backlog = maxBuffered === Infinity ? undefined : createBacklog()

  function deliver(data: RawData): SendResult {
    if (data === heartbeat) {
      throw new KitrtError(
        'bad-argument',
        'send() got the text of one NUL, which is the heartbeat of our client',
      )
    }
    if (!open) return 'closed'
    if (backlog && backlog.cost(wire.bufferedAmount()) > maxBuffered) {
      if (overflow === 'close') peer.close(1013, 'reads too slowly')
      return 'dropped'
    }
    wire.send(data)
    const buffered = wire.bufferedAmount()
    backlog?.sent(data, buffered)
    return buffered > 0 ? 'queued' : 'sent'
  }

  function closed(): number | undefined {
    open = false
    subscriptions.end()
    for (const tell of waiting) tell(false)
    waiting.clear()
    return said
  }

  const subscriptions = createSubscriptions(event.route.id ?? '', { codec, deliver }, maxTopics)

  const peer: AnyPeer = {
    id: crypto.randomUUID(),
    event,
    protocol,
    get bufferedAmount() {
      return wire.bufferedAmount()
    },
    send: (message) => deliver(codec.encode(message)),
    async drained() {
      // More may have been sent in the meantime.
      for (;;) {
        if (!open || wire.bufferedAmount() === 0) return open
        await new Promise<boolean>((resolve) => {
          waiting.add(resolve)
          wire.onDrain(() => {
            waiting.delete(resolve)
            resolve(true)
          })
        })
      }
    },
    close(code = 1000, reason = '') {
      if (!isCloseCode(code)) {
        throw new KitrtError(
          'bad-argument',
          `close() expected a code of 1000 to 1003, 1007 to 1014 or 3000 to 4999, got ${code}`,
        )
      }
      if (!open) return
      open = false
      said = code
      subscriptions.end()
      // Bun calls the close handler from within close(); the handler that called us must end first.
      queueMicrotask(() => wire.close(code, clampReason(reason)))
    },
    terminate() {
      closed()
      wire.terminate()
    },
    get topics() {
      return subscriptions.topics
    },
    subscribe: subscriptions.add,
    unsubscribe: subscriptions.remove,
    publish: subscriptions.publish,
    [Symbol.asyncIterator]: iterate,
  }

  return { peer, closed }
}

/** A peer, with what only its connection may say. */
export interface OwnedPeer {
  peer: AnyPeer
  /** The socket has closed. Returns the code that this side had said, if it had. */
  closed(): number | undefined
}
