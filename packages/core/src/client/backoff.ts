export interface BackoffOptions {
  /** Upper bound of the first wait, in ms. @default 500 */
  base?: number | undefined
  /** Upper bound of every wait, in ms. @default 20_000 */
  cap?: number | undefined
  /** Source of chance, from 0 to 1. @default Math.random */
  random?: (() => number) | undefined
}

export interface Backoff {
  /** The next wait, in ms: anywhere between a tenth of the bound and the bound, which doubles each time up to the cap. */
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
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. The floor of a tenth is
 * ours: a wait of 0 ms against a server that refuses at once would be a busy loop.
 */
export function createBackoff({
  base = 500,
  cap = 20_000,
  random = Math.random,
}: BackoffOptions = {}): Backoff {
  let attempt = 0
  return {
    next() {
      const bound = Math.min(cap, base * 2 ** attempt)
      attempt = Math.min(attempt + 1, 30)
      return Math.round(bound * (0.1 + 0.9 * random()))
    },
    reset() {
      attempt = 0
    },
    setBase(ms) {
      base = Math.max(1, ms)
      cap = Math.max(cap, base)
    },
  }
}
