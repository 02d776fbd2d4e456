/** Looks after leases that nobody renews: of a process that was killed nobody else would tell. */
export interface LeaseWatch {
  /** A channel's next lease ends in so many ms; none if less than 0. */
  next(channel: string, ms: number): void
  /** Nobody here wants to know any more. */
  forget(channel: string): void
  close(): void
}

/**
 * How much later than the lease ends it is looked for, in ms: the first, and at random up to the
 * second, so that not all processes look at once.
 */
const slack = [20, 120] as const

/** @param isWanted whether somebody here wants to know @param expire asks Redis to end what is over */
export function createLeaseWatch(
  isWanted: (channel: string) => boolean,
  expire: (channel: string) => void,
): LeaseWatch {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  function forget(channel: string): void {
    clearTimeout(timers.get(channel))
    timers.delete(channel)
  }

  return {
    next(channel, ms) {
      forget(channel)
      if (ms < 0 || !isWanted(channel)) return
      const [least, most] = slack
      const timer = setTimeout(
        () => {
          timers.delete(channel)
          expire(channel)
        },
        ms + least + Math.random() * (most - least),
      )
      timers.set(channel, timer)
    },
    forget,
    close() {
      for (const channel of [...timers.keys()]) forget(channel)
    },
  }
}
