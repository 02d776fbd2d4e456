import type { Carrier } from './carrier.ts'
import type { Turn } from './turn.ts'

export interface OutboundOptions {
  carrier: Carrier
  turn: Turn
  /** What may wait before the connection counts as full, in bytes. */
  maxQueue: number
  /** What may wait before it counts as slow, in bytes. */
  maxFreshQueue: number
  /** How long nothing may be taken, in ms. */
  maxQueueAge: number
  /** Silence before a heartbeat, in ms. */
  heartbeat: number
  /** Told when nothing was sent for that long. */
  onSilence: () => void
  /** Told when nothing was taken for too long. */
  onStuck: () => void
  onSent: (message: string) => void
  /** Told when the network has not taken what was sent. */
  onQueued: () => void
}

/** The way out of a connection: all that one turn brings goes in one message. */
export interface Outbound {
  readonly isFull: boolean
  readonly isSlow: boolean
  /** What the client has not read, in bytes. */
  readonly waiting: number
  write(text: string): void
  /** Sends at once what waits for the end of the turn. */
  flush(): void
  /** Resolves when it is not full, or not slow; to whether it is still open. */
  room(until?: 'full' | 'slow'): Promise<boolean>
  stop(): void
}

export function createOutbound({
  carrier,
  turn,
  maxQueue,
  maxFreshQueue,
  maxQueueAge,
  heartbeat,
  onSilence,
  onStuck,
  onSent,
  onQueued,
}: OutboundOptions): Outbound {
  let parts: string[] = []
  let size = 0
  /** What the network had not taken when it was last asked, in bytes; only what is sent makes it more. */
  let untaken = 0
  let stopped = false
  let waiters: ((open: boolean) => void)[] = []
  /** What waited when the clock for {@link OutboundOptions.maxQueueAge} was started, and what was sent since, in bytes. */
  let waiting = 0
  let since = 0
  let stuck: ReturnType<typeof setTimeout> | undefined
  let last = performance.now()
  let beat = setTimeout(look, heartbeat)

  /** Asking costs as much as all else that a small message does here. */
  const amount = (): number => size + (untaken > 0 ? (untaken = carrier.bufferedAmount()) : 0)

  function flush(): void {
    if (stopped || parts.length === 0) return
    const text = parts.length === 1 ? (parts[0] as string) : parts.join('\n')
    parts = []
    size = 0
    carrier.send(text)
    onSent(text)
    last = performance.now()
    untaken = carrier.bufferedAmount()
    if (untaken > 0) onQueued()
    if (stuck !== undefined) since += Buffer.byteLength(text)
    else if (untaken > 0) watch()
  }

  /** One timer that looks at the clock is cheaper than one that every message sets anew. */
  function look(): void {
    const left = last + heartbeat - performance.now()
    // A millisecond of grace: timers may fire early by a fraction.
    if (left <= 1) onSilence()
    beat = setTimeout(look, left <= 1 ? heartbeat : left)
  }

  /**
   * Looks whether anything is taken, as long as something waits. It is not told when all is taken: on
   * some transports something waits after each message, for a moment.
   */
  function watch(): void {
    waiting = untaken = carrier.bufferedAmount()
    since = 0
    stuck = setTimeout(() => {
      stuck = undefined
      const now = carrier.bufferedAmount()
      if (now === 0) return
      if (now < waiting + since) watch()
      else onStuck()
    }, maxQueueAge)
  }

  function drained(): void {
    const told = waiters
    waiters = []
    for (const resolve of told) resolve(!stopped)
  }

  const outbound: Outbound = {
    get isFull() {
      return amount() > maxQueue
    },
    get isSlow() {
      return amount() > maxFreshQueue
    },
    get waiting() {
      return amount()
    },
    flush,
    write(text) {
      if (stopped) return
      parts.push(text)
      size += text.length
      turn.end('connection', flush)
    },
    async room(until = 'full') {
      const bound = until === 'full' ? maxQueue : maxFreshQueue
      // oxlint-disable-next-line no-unmodified-loop-condition -- somebody else ends it while we wait
      while (!stopped && amount() > bound) {
        // What waits for the end of the turn is not with the network yet.
        flush()
        if (amount() <= bound) break
        if (stuck === undefined) watch()
        // oxlint-disable-next-line no-await-in-loop -- it may be full again when we are told
        await new Promise<boolean>((resolve) => {
          waiters.push(resolve)
          carrier.onDrain(drained)
        })
      }
      return !stopped
    },
    stop() {
      if (stopped) return
      stopped = true
      parts = []
      clearTimeout(beat)
      clearTimeout(stuck)
      drained()
    },
  }
  return outbound
}
