export interface IdleWatchOptions {
  /** Silence after which the other side counts as gone, in ms; `Infinity` for never. */
  idleTimeout: number
  /** Asks the other side for a sign of life. Called after half of the silence. */
  ping: () => void
  /** The other side is gone. Called once. */
  gone: () => void
}

export interface IdleWatch {
  /** A sign of life came. */
  alive(): void
  stop(): void
}

/**
 * Finds a peer that has vanished without a word, at the latest 1.5 × `idleTimeout` after its last
 * sign of life.
 */
export function createIdleWatch({ idleTimeout, ping, gone }: IdleWatchOptions): IdleWatch {
  if (idleTimeout === Infinity) return { alive() {}, stop() {} }
  let last = performance.now()
  /** Whether it has been asked since: nobody is gone who was never asked. */
  let asked = false
  let timer: ReturnType<typeof setTimeout> | undefined

  // One timer that looks at the clock is cheaper than one that every message sets anew.
  function look(): void {
    const silence = performance.now() - last
    if (asked && silence >= idleTimeout) return gone()
    // A millisecond of grace: timers may fire early by a fraction.
    if (silence >= idleTimeout / 2 - 1) {
      asked = true
      ping()
    }
    arm()
  }

  function arm(): void {
    // Timers hold 31 bits of milliseconds.
    timer = setTimeout(look, Math.min(idleTimeout / 2, 2 ** 31 - 1))
    // The server decides how long the process lives, not its sockets' timers.
    timer.unref()
  }

  arm()
  return {
    alive() {
      asked = false
      last = performance.now()
    },
    stop: () => clearTimeout(timer),
  }
}
