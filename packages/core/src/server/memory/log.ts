import type { AppendOptions, Entry, Page } from '../engine.ts'
import { epochOf, offsetOf } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'

/** The log of one channel. */
export interface Log {
  readonly last: Position
  append(data: string, options: AppendOptions): { entry: Entry; duplicate: boolean }
  read(after: Position | undefined, limit: number): Page
  /** Forgets what has expired. @returns whether nothing is left that anybody could ask for */
  expire(): boolean
}

/** An entry, its offset, and until when it is kept, on the clock of `performance.now()`. */
interface Kept {
  entry: Entry
  offset: number
  until: number
}

/**
 * @param zero the id before the first entry
 * @param createId gives ids of at least 64 random bits
 */
export function createLog(epoch: string, zero: string, createId: () => string): Log {
  let kept: Kept[] = []
  /** How many entries of `kept` are trimmed already: cutting the list each time would cost its length. */
  let trimmed = 0
  let offset = 0
  let last: Position = `${epoch}.0.${zero}`
  let lastId = zero
  /** In the order of their `until`, as far as all have one `keyTtl`. */
  const keys = new Map<string, { entry: Entry; until: number }>()

  function trim(size: number): void {
    const now = performance.now()
    while (
      trimmed < kept.length &&
      (kept.length - trimmed > size || (kept[trimmed] as Kept).until <= now)
    ) {
      trimmed++
    }
    if (trimmed > kept.length / 2) {
      kept = kept.slice(trimmed)
      trimmed = 0
    }
    for (const [key, { until }] of keys) {
      if (until > now) break
      keys.delete(key)
    }
  }

  /** The index in `kept` of the first entry after an offset. */
  function firstAfter(from: number): number {
    let low = trimmed
    let high = kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((kept[middle] as Kept).offset > from) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Drops what was the newest of something. */
  function forget(latest: string): void {
    const index = kept.findIndex(({ entry }, at) => at >= trimmed && entry.latest === latest)
    if (index >= 0) kept.splice(index, 1)
  }

  return {
    get last() {
      return last
    },
    append(data, { key, keyTtl, size, ttl, latest }) {
      trim(size)
      const known = key === undefined ? undefined : keys.get(key)
      if (known) return { entry: known.entry, duplicate: true }
      const id = createId()
      const position = `${epoch}.${++offset}.${id}`
      const entry: Entry = { position, previous: lastId, data, at: Date.now(), latest }
      const now = performance.now()
      if (latest !== undefined) forget(latest)
      kept.push({ entry, offset, until: now + ttl })
      trim(size)
      if (key !== undefined) keys.set(key, { entry, until: now + keyTtl })
      last = entry.position
      lastId = id
      return { entry, duplicate: false }
    },
    read(after, limit) {
      trim(Infinity)
      const from = after && epochOf(after) === epoch ? Number(offsetOf(after)) : 0
      const begin = firstAfter(from)
      return { entries: kept.slice(begin, begin + limit).map(({ entry }) => entry), last }
    },
    expire() {
      trim(Infinity)
      return kept.length === trimmed && keys.size === 0
    },
  }
}
