import process from 'node:process'

/** Bounds of what one connection may cost; see rules 6, 9 and 13 of PROTOCOL.md. */
export interface HubLimits {
  /** Silence before the server's heartbeat, in ms. @default 20_000 */
  heartbeat: number
  /** The largest message that is taken, in characters. @default 65_536 */
  maxMessage: number
  /** How deep the JSON of a message may go. @default 64 */
  maxDepth: number
  /** Subscriptions of one connection. @default 100 */
  maxSubscriptions: number
  /** Publishes of one connection that wait for an answer. @default 64 */
  maxPublishing: number
  /** Frames that a connection may send in a second. @default 300 */
  maxFrames: number
  /** Until a connection has said `hi`, in ms. @default 5_000 */
  hiTimeout: number
  /** What may wait for a slow reader, in bytes. @default 1_048_576 */
  maxQueue: number
  /**
   * What may wait for a reader, in bytes, before it gets only the newest of what is `latest`, and what is
   * `volatile` is dropped. @default 16_384
   */
  maxFreshQueue: number
  /** How long a reader may take nothing of what waits, in ms. @default 10_000 */
  maxQueueAge: number
  /**
   * Over which time the clients are spread that must load a state anew, or connect again, in ms.
   *
   * @default 5_000; 0 in development, where nobody waits for what was saved
   */
  spread: number
  /** How long somebody stays present who has left, or whose process has died, in ms. @default 10_000 */
  grace: number
  /** How many members of a channel are listed. @default 100 */
  maxMembers: number
  /** How long a call may take, in ms. @default 10_000 */
  callTimeout: number
  /** How often the rules of each subscription are asked again, in ms, give or take a tenth. @default 60_000 */
  recheckEvery: number
}

export const defaultLimits: HubLimits = {
  heartbeat: 20_000,
  maxMessage: 65_536,
  maxDepth: 64,
  maxSubscriptions: 100,
  maxPublishing: 64,
  maxFrames: 300,
  hiTimeout: 5_000,
  maxQueue: 2 ** 20,
  maxQueueAge: 10_000,
  maxFreshQueue: 16_384,
  grace: 10_000,
  maxMembers: 100,
  callTimeout: 10_000,
  get spread() {
    return process.env['NODE_ENV'] === 'development' ? 0 : 5_000
  },
  recheckEvery: 60_000,
}
