import type { Subscription } from './subscription.ts'

export interface CatchUpOptions {
  /** Resolves when more may be written; to `false` when the connection is over. */
  room: (until: Subscription['until']) => Promise<boolean>
  /** How long to wait after a fault of the engine, in ms. */
  retryAfter: () => number
  onFault: (error: unknown, subscription: Subscription) => void
}

/** Lets the subscriptions of one connection catch up, by turns: a page each, as fast as the client reads. */
export interface CatchUp {
  add(subscription: Subscription): void
  stop(): void
}

export function createCatchUp({ room, retryAfter, onFault }: CatchUpOptions): CatchUp {
  const queue = new Set<Subscription>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let running = false
  let stopped = false

  async function run(): Promise<void> {
    running = true
    for (const subscription of queue) {
      // oxlint-disable-next-line no-await-in-loop -- one page at a time is what bounds them
      if (stopped || !(await room(subscription.until))) break
      // From here on it may ask again.
      queue.delete(subscription)
      try {
        // oxlint-disable-next-line no-await-in-loop
        if (!(await subscription.page())) queue.add(subscription)
      } catch (error) {
        onFault(error, subscription)
        later(subscription)
      }
    }
    running = false
  }

  function later(subscription: Subscription): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      add(subscription)
    }, retryAfter())
    timers.add(timer)
  }

  function add(subscription: Subscription): void {
    if (stopped) return
    queue.add(subscription)
    if (!running) void run()
  }

  return {
    add,
    stop() {
      stopped = true
      queue.clear()
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
