import type { Admission } from './admission.ts'
import type { RateLimit } from './rate-limit.ts'

export interface SocketOptions extends Admission {
  /**
   * Origins whose pages may open this socket, beside the app's own and SvelteKit's
   * `csrf.trustedOrigins`; `*` for all. @default []
   */
  origins?: readonly string[] | undefined
  /**
   * Subprotocols that the route speaks, of which the first that the client offers is chosen; none
   * when it offers no such. @default the first that the client offers
   */
  protocols?: readonly string[] | undefined
  /**
   * Silence after which the other side counts as gone, in ms; `Infinity` for never. It is asked for a
   * sign of life in time, and found gone at the latest after 1.5 times as long. On Deno whole
   * seconds. @default 30_000
   */
  idleTimeout?: number | undefined
  /** What may wait for a slow reader, in bytes, at 256 more for each message. @default 1_048_576 */
  maxBuffered?: number | undefined
  /** What becomes of a reader that is slower: it is closed with 1013, or the message is dropped and `send` says so. @default 'close' */
  overflow?: 'close' | 'drop' | undefined
  /**
   * The largest message that is taken, in bytes; over it the peer is closed with 1009. What is larger
   * than any route takes is not even held: in production on Node and Bun. Deno has a limit of its own,
   * 64 MiB, and `vite dev` one of 16 MiB. @default 1_048_576
   */
  maxPayload?: number | undefined
  /** What may wait for the `message` handler, in bytes, at 256 and more for each message; over it the peer is closed with 1013. @default 16_777_216 */
  maxPending?: number | undefined
  /** What a peer may send in a second, pings and pongs among it; over it, it is closed with 1008. */
  rateLimit?: RateLimit | undefined
  /** To how many topics a peer may subscribe. @default 1_000 */
  maxTopics?: number | undefined
  /**
   * What becomes of a message that does not fit the `receive` schema: the peer is closed with 1007, or
   * the `error` handler is told. @default 'close'
   */
  invalid?: 'close' | 'error' | undefined
}
