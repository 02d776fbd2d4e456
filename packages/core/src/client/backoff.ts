export interface BackoffOptions {
  /** Upper bound of the first wait, in ms. @default 500 */
  base?: number | undefined
  /** Upper bound of every wait, in ms. @default 20_000 */
  cap?: number | undefined
  /** Source of chance, from 0 to 1. @default Math.random */
  random?: (() => number) | undefined
}

export interface Backoff {
  /** The next wait, in ms: until an attempt anywhere in its window. The windows double up to the cap. */
  next(): number
  /** Start again from the base. */
  reset(): void
  /** Change the base, in ms, and the cap with it: what a server asks for with SSE's `retry:` field. */
  setBase(ms: number): void
}

/**
 * Waits between attempts, with full jitter: ten thousand clients that lost the same server come
 * back spread over the whole window instead of in waves.
 *
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, but for two things. A window
 * begins where the one before it ends, not at the last attempt: chance that is short several times
 * in a row does not make more attempts of it (of 1000 clients, 150 asked more than 8 times in their
 * first 30 s). And a wait is at least a tenth of its window: one of 0 ms against a server that
 * refuses at once would be a busy loop.
 */
export function createBackoff({
  base = 500,
  cap = 20_000,
  random = Math.random,
}: BackoffOptions = {}): Backoff {
  let attempt = 0
  /** What is left of the window of the last attempt, in ms. */
  let left = 0
  return {
    next() {
      const window = Math.min(cap, base * 2 ** attempt)
      attempt = Math.min(attempt + 1, 30)
      const at = window * random()
      const wait = Math.min(cap, Math.max(left + at, window / 10))
      left = window - at
      return Math.round(wait)
    },
    reset() {
      attempt = left = 0
    },
    setBase(ms) {
      base = Math.max(1, ms)
      cap = Math.max(cap, base)
    },
  }
}
