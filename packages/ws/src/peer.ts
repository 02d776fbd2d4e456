import type { Cookies, RequestEvent } from '@sveltejs/kit'
import { KitrtError } from '@kitrt/core'

/** What a message is, on every runtime: text, or bytes. */
export type SocketData = string | Uint8Array<ArrayBuffer>

/**
 * What became of a message that was sent.
 *
 * - `sent`: handed to the network
 * - `queued`: waits behind others, because the other side reads slowly
 * - `dropped`: not sent, since more than `maxBuffered` was waiting; the peer is being closed with 1013
 * - `closed`: not sent, since the socket is closed or closing
 */
export type SendResult = 'sent' | 'queued' | 'dropped' | 'closed'

/** The request that opened the socket, as it was at the upgrade. Safe to read for as long as the peer lives. */
export type SocketEvent<Event extends RequestEvent = RequestEvent> = Pick<
  Event,
  'params' | 'route' | 'url' | 'locals'
> & {
  cookies: Pick<Cookies, 'get' | 'getAll'>
  headers: Headers
  /** The client's address as SvelteKit's `getClientAddress()` gave it; `undefined` where it could not. */
  clientAddress: string | undefined
}

/** One end of an open socket: the same object in every callback, on every runtime. */
export interface Peer<Event extends RequestEvent = RequestEvent> {
  /** A random UUID. */
  readonly id: string
  readonly event: SocketEvent<Event>
  /** Bytes that wait in this process for the network to take them. */
  readonly bufferedAmount: number
  /** Sends a message, or says why not. Never throws for the state of the socket. */
  send(data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): SendResult
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
}

/** The socket of a runtime, reduced to what Node, Bun and Deno have in common. */
export interface Wire {
  /** Bytes not yet taken by the network. */
  bufferedAmount(): number
  send(data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void
  close(code: number, reason: string): void
  terminate(): void
}

/** RFC 6455, section 7.4, and the IANA registry: 1004 to 1006 and 1015 are never sent. */
function isCloseCode(code: number): boolean {
  return (
    Number.isInteger(code) &&
    ((code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
      (code >= 3000 && code <= 4999))
  )
}

/** RFC 6455, section 5.5: a control frame holds 125 bytes, two of which are the code. */
export function clampReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.length <= 123) return reason
  // A character that was cut in half decodes to U+FFFD.
  return new TextDecoder().decode(bytes.subarray(0, 123)).replace(/\uFFFD$/, '')
}

export function createPeer(wire: Wire, event: SocketEvent, maxBuffered: number): OwnedPeer {
  let open = true
  let said: number | undefined

  const peer: Peer = {
    id: crypto.randomUUID(),
    event,
    get bufferedAmount() {
      return wire.bufferedAmount()
    },
    send(data) {
      if (typeof data !== 'string' && !(data instanceof ArrayBuffer) && !ArrayBuffer.isView(data)) {
        throw new KitrtError(
          'bad-argument',
          `send() expected a string, an ArrayBuffer or a view of one, got ${data === null ? 'null' : typeof data}. Use JSON.stringify for values.`,
        )
      }
      if (!open) return 'closed'
      if (wire.bufferedAmount() > maxBuffered) {
        peer.close(1013, 'reads too slowly')
        return 'dropped'
      }
      wire.send(data)
      return wire.bufferedAmount() > 0 ? 'queued' : 'sent'
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
      // Bun calls the close handler from within close(); the handler that called us must end first.
      queueMicrotask(() => wire.close(code, clampReason(reason)))
    },
    terminate() {
      open = false
      wire.terminate()
    },
  }

  return {
    peer,
    closed() {
      open = false
      return said
    },
  }
}

/** A peer, with what only its connection may say. */
export interface OwnedPeer {
  peer: Peer
  /** The socket has closed. Returns the code that this side had said, if it had. */
  closed(): number | undefined
}
