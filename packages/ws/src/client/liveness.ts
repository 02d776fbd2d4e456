export interface LivenessOptions {
  /** See `OpenSocketOptions.liveness`. */
  liveness?: number | undefined
  /** See `OpenSocketOptions.answerTimeout`. */
  answerTimeout?: number | undefined
  /** Sends the question. */
  ask: () => void
  /** Bytes that wait in front of a question that would be sent now. */
  waiting: () => number
  /** Told when nothing has come in time. */
  dead: () => void
}

export interface Liveness {
  /** Something came: it lives. */
  heard(): void
  /** Asks at once, and waits half as long. */
  probe(): void
  stop(): void
}

/**
 * Finds out whether a connection still lives, where neither TCP nor the browser says so for minutes.
 * Whatever comes counts as an answer, and so does an upload that moves.
 */
export function createLiveness({
  liveness = 30_000,
  answerTimeout = 10_000,
  ask,
  waiting,
  dead,
}: LivenessOptions): Liveness {
  // Timers hold 31 bits of milliseconds; a longer one would fire at once.
  const asks = liveness > 0 && liveness < 2 ** 31
  let heardAt = performance.now()
  /** When the answer is due; `Infinity` while nothing is asked. */
  let deadline = Infinity
  /** What waited in front of the question. */
  let before = 0
  let spared = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function heard(): void {
    heardAt = performance.now()
    spared = false
    if (deadline === Infinity) return
    deadline = Infinity
    arm()
  }

  function arm(): void {
    clearTimeout(timer)
    if (!asks) return
    const due = deadline < Infinity ? deadline : heardAt + liveness
    timer = setTimeout(check, Math.max(0, due - performance.now()))
  }

  function question(within: number): void {
    if (!asks) return
    if (deadline === Infinity) {
      before = waiting()
      ask()
    }
    deadline = Math.min(deadline, performance.now() + within)
    arm()
  }

  function check(): void {
    const now = performance.now()
    if (deadline === Infinity && now - heardAt >= liveness) return question(answerTimeout)
    if (now >= deadline) {
      if (waiting() < before) return heard()
      if (spared || now - deadline < answerTimeout) return dead()
      // The page slept through the deadline, and the answer may lie behind this timer: ask again, once.
      deadline = Infinity
      spared = true
      return question(answerTimeout / 2)
    }
    arm()
  }

  arm()
  return {
    heard,
    probe: () => question(answerTimeout / 2),
    stop: () => clearTimeout(timer),
  }
}
