import type { ResetReason } from '../../protocol/frames.ts'
import { epochOf, idOf, isBehind, offsetOf } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'
import type { Page } from '../engine.ts'

/**
 * Whether a page of the log continues from a position (rule 2 of PROTOCOL.md).
 *
 * @returns why not; `undefined` when it does
 */
export function breakOf(position: Position, { entries, last }: Page): ResetReason | undefined {
  if (epochOf(position) !== epochOf(last)) return 'epoch'
  let id = idOf(position)
  for (const entry of entries) {
    if (entry.previous !== id) {
      const gone = entry === entries[0] && isBehind(position, entry.position)
      // The one right after it would have to name it, whatever is kept.
      return gone && !follows(position, entry.position) ? 'evicted' : 'fork'
    }
    id = idOf(entry.position)
  }
  if (entries.length > 0 || id === idOf(last)) return undefined
  return isBehind(position, last) ? 'evicted' : 'fork'
}

/** As {@link breakOf}, for a log of which only the newest of each key is kept: it has no chain. */
export function breakOfLatest(position: Position, { last }: Page): ResetReason | undefined {
  if (epochOf(position) !== epochOf(last)) return 'epoch'
  return position === last || isBehind(position, last) ? undefined : 'fork'
}

const follows = (one: Position, next: Position): boolean =>
  BigInt(offsetOf(next)) === BigInt(offsetOf(one)) + 1n
