export interface Heartbeat {
  /** Something was sent, so the silence begins anew. */
  quiet(): void
  stop(): void
}

/**
 * Calls `beat` after each silence.
 *
 * @param silence in ms; `Infinity` for never
 */
export function createHeartbeat(silence: number, beat: () => void): Heartbeat {
  let last = performance.now()
  let timer: ReturnType<typeof setTimeout> | undefined

  // One timer that looks at the clock is cheaper than one that every event sets anew.
  function arm(ms: number): void {
    // Timers hold 31 bits of milliseconds.
    timer = setTimeout(look, Math.min(ms, 2 ** 31 - 1))
  }

  function look(): void {
    // A millisecond of grace: timers may fire early by a fraction.
    if (performance.now() - last >= silence - 1) {
      last = performance.now()
      beat()
    }
    arm(Math.max(1, silence - (performance.now() - last)))
  }

  if (silence !== Infinity) arm(silence)
  return {
    quiet() {
      last = performance.now()
    },
    stop: () => clearTimeout(timer),
  }
}
