export interface RateLimit {
  /** Messages per second; `Infinity` for any number. @default 1_000 */
  messages?: number | undefined
  /** Bytes per second; `Infinity` for any number. @default 33_554_432 */
  bytes?: number | undefined
}

/** A token bucket that holds one second's worth. */
function createBucket(perSecond: number): (cost: number, seconds: number) => boolean {
  let left = perSecond
  return (cost, seconds) => {
    if (perSecond === Infinity) return true
    left = Math.min(perSecond, left + seconds * perSecond) - cost
    return left >= 0
  }
}

/**
 * What a peer may send at once, and again each second.
 *
 * @returns whether a message of so many bytes may still be taken
 */
export function createRateLimit({ messages = 1000, bytes = 2 ** 25 }: RateLimit = {}): (
  size: number,
) => boolean {
  const takeMessage = createBucket(messages)
  const takeBytes = createBucket(bytes)
  let last = performance.now()
  return (size) => {
    const now = performance.now()
    const seconds = (now - last) / 1000
    last = now
    return takeMessage(1, seconds) && takeBytes(size, seconds)
  }
}
