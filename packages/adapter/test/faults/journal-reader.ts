import type { Following, Session } from '@kitrt/core/client'
import { journal } from '../app/src/lib/channels.ts'

/** Who follows a journal, and what it was told. */
export interface JournalReader {
  following: Following
  /** In the order of their coming. */
  events: string[]
  /** How often a state came in place of events. */
  jumps: number
  /** The statuses that it has gone through. */
  statuses: string[]
  end(): void
}

export function readJournal({ session }: { session: Session }, id: string): JournalReader {
  const reader = { events: [] as string[], jumps: 0, statuses: [] as string[] } as JournalReader
  const followed = session.follow(
    journal,
    { id },
    {
      changed: () => void reader.statuses.push(reader.following.status),
      event: (event) => void reader.events.push(event as string),
      jumped: () => reader.jumps++,
    },
  )
  return Object.assign(reader, followed)
}
