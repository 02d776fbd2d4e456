import type { ConnectionStatus } from '@kitrt/core/client'
import type { SocketEnding } from './dial.ts'
import type { SocketMessage } from './outbox.ts'

/**
 * A socket that keeps itself up. It connects with its first reader (`$socket`, `socket.current`,
 * `subscribe`, `for await`) and closes with its last. Two sockets are two connections, to one
 * address too.
 */
export interface ClientSocket<
  Incoming = string | ArrayBuffer,
  Outgoing = SocketMessage,
> extends AsyncIterable<Incoming> {
  /** The message that came last; `undefined` before the first, and on the server. */
  readonly current: Incoming | undefined
  /** Where the connection is. Reading it opens nothing. */
  readonly status: ConnectionStatus
  /** How the last connection, or attempt, ended; `undefined` before that and while one is open. As reactive as `status`. */
  readonly ending: SocketEnding | undefined
  /** The store contract. `run` is called for every message, one by one, with none left out. */
  subscribe(run: (message: Incoming | undefined) => void): () => void
  /**
   * Sends a message, now or when the connection is back. At most once: what was `sent` into a
   * connection that is lost before it arrives is lost, and only the app can know.
   *
   * @returns `sent`: handed to the browser · `queued`: waits for the connection · `full`: not taken,
   *   too much waits already · `closed`: not taken, there is no connection to wait for
   * @throws {KitrtError} `bad-argument` for what is no message, and for the text of one NUL, which is
   *   the client's own heartbeat
   */
  send(message: Outgoing): 'sent' | 'queued' | 'full' | 'closed'
  /**
   * Messages from now on, in order. The loop is a reader: `break` leaves. It ends when the socket is
   * refused or closed, and at once on the server.
   *
   * @throws {KitrtError} `slow`, in the loop, when more than `maxUnread` wait
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Incoming>
  /**
   * Closes until `connect`, whoever still reads. Closing twice does nothing.
   *
   * @param code 1000, or 3000 to 4999. @default 1000
   * @param reason at most 123 bytes of UTF-8. @default ''
   * @throws what a browser's own `close` throws: `InvalidAccessError` for another code, `SyntaxError`
   *   for a longer reason. The connection stays open then.
   */
  close(code?: number, reason?: string): void
  /** Connects again after `close` or a refusal. */
  connect(): void
}
