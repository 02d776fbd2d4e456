import type { RawData } from './codec.ts'
import { overhead, sizeOf } from './message-size.ts'

/** What waits for a slow reader, of which the runtimes only tell the bytes. */
export interface Backlog {
  /** A message was sent, after which so many bytes wait. */
  sent(data: RawData, buffered: number): void
  /** What so many waiting bytes cost, with the messages that they are of. */
  cost(buffered: number): number
}

export function createBacklog(): Backlog {
  /** The sizes of those that were sent, of which the first `gone` no longer wait. */
  let sizes: number[] = []
  let gone = 0
  /** The sum of those that wait. */
  let sum = 0

  /** What was sent first has gone first. */
  function settle(buffered: number): void {
    if (sizes.length === 0) return
    if (buffered === 0) {
      sizes = []
      gone = 0
      sum = 0
      return
    }
    for (let size = sizes[gone]; size !== undefined && sum - size >= buffered; size = sizes[gone]) {
      sum -= size
      gone++
    }
    if (gone > 1000) {
      sizes = sizes.slice(gone)
      gone = 0
    }
  }

  return {
    sent(data, buffered) {
      if (buffered > 0) {
        const size = sizeOf(data)
        sizes.push(size)
        sum += size
      }
      settle(buffered)
    },
    cost(buffered) {
      settle(buffered)
      return buffered + (sizes.length - gone) * overhead
    },
  }
}
