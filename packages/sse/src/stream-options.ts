export interface EventStreamOptions {
  /** Silence before a heartbeat comment, in ms; `Infinity` for none. @default 15_000 */
  ping?: number | undefined
  /**
   * How long a stream lives, in ms, up to a tenth less; `Infinity` for as long as its client. Then it
   * ends, and a client that is still there comes back and resumes; of one that has vanished nothing
   * is left, though its operating system may have taken writes for it. @default 300_000
   */
  maxAge?: number | undefined
  /**
   * How long an async `start` may take before the response begins without it, in ms. What it throws
   * until then is answered like any fault of a route. @default 1_000
   */
  startTimeout?: number | undefined
  /** What clients wait before they reconnect, in ms. @default theirs */
  retry?: number | undefined
  /** Further headers of the response. */
  headers?: HeadersInit | undefined
  /** What may wait for a slow reader, in bytes. @default 1_048_576 */
  maxBuffered?: number | undefined
  /** What becomes of a reader that is slower: the stream ends and its client resumes, or the event is dropped and `emit` says so. @default 'end' */
  overflow?: 'end' | 'drop' | undefined
  /**
   * How long a reader may take nothing of what waits when the stream has ended, in ms; then that is
   * dropped, and the stream has failed. The default is that of ws. @default 30_000
   */
  closeTimeout?: number | undefined
  /** Makes text of data that is none, such as devalue's `stringify` with the app's types. @default JSON.stringify */
  serialize?: ((data: unknown) => string) | undefined
  /** Called once when the stream has ended, whichever way. */
  stop?: (() => unknown) | undefined
}
