/** An event that is kept. */
export interface KeptEvent {
  id: string
  name: string
  data: unknown
}

/** Why nobody knows what a client has missed: `evicted`, it was too long away; `unknown`, its position is of another history. */
export interface Gap {
  reason: 'evicted' | 'unknown'
}

/** The events of one channel, as far as they are kept. Ids are a name of the history and a number. */
export interface History {
  /** Keeps an event. Returns its id. */
  add(name: string, data: unknown): string
  /** What came after an event, or that this is not known. */
  after(id: string): KeptEvent[] | Gap
  /** The id of the last event, kept or not; a position before the first one at first. */
  last(): string
}

export function createHistory({ size, ttl }: { size: number; ttl: number }): History {
  // A process that has restarted counts from the beginning; its ids must not be taken for these.
  const epoch = crypto.randomUUID().slice(0, 8)
  let kept: (KeptEvent & { at: number; number: number })[] = []
  let count = 0

  const idOf = (number: number): string => `${epoch}-${number}`

  function evict(): void {
    const oldest = performance.now() - ttl
    const first = kept.findIndex(({ at }) => at > oldest)
    kept = first === -1 ? [] : kept.slice(Math.max(first, kept.length - size))
  }

  return {
    add(name, data) {
      const number = ++count
      kept.push({ id: idOf(number), name, data, at: performance.now(), number })
      // Not each time: that would copy the history each time.
      if (kept.length > 2 * size) evict()
      return idOf(number)
    },
    after(id) {
      const match = /^([\da-f]{8})-(\d{1,16})$/.exec(id)
      const seen = Number(match?.[2])
      if (match?.[1] !== epoch || seen > count) return { reason: 'unknown' }
      evict()
      const missing = kept.filter(({ number }) => number > seen)
      return missing.length === count - seen ? missing : { reason: 'evicted' }
    },
    last: () => idOf(count),
  }
}
