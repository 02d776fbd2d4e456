export interface RateLimit {
  /** Messages per second. @default 1_000 */
  messages?: number | undefined
  /** Bytes per second. @default 33_554_432 */
  bytes?: number | undefined
}

/**
 * Two token buckets, each of which holds one second: what a peer may send at once, and again each
 * second.
 *
 * @returns whether a message of so many bytes may still be taken
 */
export function createRateLimit({ messages = 1000, bytes = 2 ** 25 }: RateLimit = {}): (
  bytes: number,
) => boolean {
  let last = performance.now()
  let messagesLeft = messages
  let bytesLeft = bytes
  return (size) => {
    const now = performance.now()
    const seconds = (now - last) / 1000
    last = now
    messagesLeft = Math.min(messages, messagesLeft + seconds * messages) - 1
    bytesLeft = Math.min(bytes, bytesLeft + seconds * bytes) - size
    return messagesLeft >= 0 && bytesLeft >= 0
  }
}
