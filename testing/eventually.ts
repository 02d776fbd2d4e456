import { setTimeout } from 'node:timers/promises'

/** Waits until `check` gives something other than `undefined`, `false` or a throw, for `forMs` ms at most. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  forMs = 20_000,
): Promise<Exclude<T, undefined | false>> {
  // Of a clock that no test sets.
  const end = performance.now() + forMs
  for (;;) {
    let error: unknown
    try {
      const value = await check()
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>
      error = new Error(`still ${String(value)} after ${forMs} ms`)
    } catch (caught) {
      error = caught
    }
    if (performance.now() > end) throw error
    await setTimeout(20)
  }
}

/** Gives up on a promise after `ms`. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const over = new AbortController()
  const late = setTimeout(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what}: nothing within ${ms} ms`)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    over.abort()
    late.catch(() => {})
  }
}
