import type { OnError } from '@kitrt/core'
import type { BackoffOptions, ReconnectorOptions } from '@kitrt/core/client'
import type { SocketMessage } from './outbox.ts'

/** Subprotocols to offer, or a function that gives them for each attempt. */
export type Protocols = string[] | (() => string[] | Promise<string[]>)

export interface OpenSocketOptions<Outgoing = SocketMessage>
  extends BackoffOptions, Pick<ReconnectorOptions, 'connectTimeout' | 'stableAfter'> {
  /**
   * Subprotocols to offer. A function, which may be async, is asked anew for each attempt: for fresh
   * tokens. When it throws or rejects, that is told to `onError` and the next attempt comes later.
   *
   * @default []
   */
  protocols?: Protocols | undefined
  /**
   * Whether messages are JSON: then `send` takes values and gives text, and text that comes is parsed.
   * What is no JSON is told to `onError` and passed over. @default false
   */
  json?: boolean | undefined
  /**
   * Silence before the client asks whether the server is still there, in ms. It sends the text of one
   * NUL, which a kitrt route answers with the same; anything that comes counts as an answer. Set
   * `Infinity` (or 0) for a server that is not kitrt's and does not answer. @default 30_000
   */
  liveness?: number | undefined
  /**
   * How long that answer may take before the connection is given up and made anew, in ms. Half as long
   * when the page has become visible, or the network has come back. @default 10_000
   */
  answerTimeout?: number | undefined
  /**
   * Whether to ask the route by a GET why a handshake failed, since browsers do not tell. `false` for a
   * server that is not kitrt's and whose answer to a GET says nothing about its socket (400, 404): then
   * every failure means later. @default true
   */
  askWhy?: boolean | undefined
  /** How many messages may wait for a connection. @default 100 */
  maxQueue?: number | undefined
  /**
   * How many bytes may wait, for a connection or for the network, before `send` takes no more. The
   * message that goes over it is still taken. @default 1_048_576
   */
  maxBuffered?: number | undefined
  /** How many messages may wait for the body of a `for await`. @default 1_000 */
  maxUnread?: number | undefined
  /**
   * Given the messages that were queued when nothing is left to wait for: the socket was refused or
   * closed, its last reader left, or the page is going for good. Bytes come as `ArrayBuffer` or `Blob`.
   *
   * @default their number is told to `onError`
   */
  onLost?: ((messages: Outgoing[]) => void) | undefined
  /** Told what `protocols` or a reader threw, and of messages that are no JSON. @default the console */
  onError?: OnError | undefined
}
