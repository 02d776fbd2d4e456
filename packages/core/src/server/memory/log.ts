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

/** An entry, and until when it is kept, on the clock of `performance.now()`. */
interface Kept {
  entry: Entry
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

  return {
    get last() {
      return last
    },
    append(data, { key, keyTtl, size, ttl }) {
      trim(size)
      const known = key === undefined ? undefined : keys.get(key)
      if (known) return { entry: known.entry, duplicate: true }
      const id = createId()
      const entry: Entry = { position: `${epoch}.${++offset}.${id}`, previous: lastId, data }
      const now = performance.now()
      kept.push({ entry, until: now + ttl })
      trim(size)
      if (key !== undefined) keys.set(key, { entry, until: now + keyTtl })
      last = entry.position
      lastId = id
      return { entry, duplicate: false }
    },
    read(after, limit) {
      trim(Infinity)
      const first = offset - (kept.length - trimmed)
      const from = after && epochOf(after) === epoch ? Number(offsetOf(after)) : first
      const begin = trimmed + Math.max(0, from - first)
      return { entries: kept.slice(begin, begin + limit).map(({ entry }) => entry), last }
    },
    expire() {
      trim(Infinity)
      return kept.length === trimmed && keys.size === 0
    },
  }
}
