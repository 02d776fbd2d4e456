import type { ResetReason } from '../../protocol/frames.ts'
import { idOf } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'
import type { Engine, Entry } from '../engine.ts'
import { breakOf } from './chain.ts'
import { eventFrame } from './event-frame.ts'
import type { Turn } from './turn.ts'

/** What one turn has brought to a room, encoded once for all who are live. */
export interface Batch {
  /** The id before the first entry. */
  readonly previous: string
  readonly entries: readonly Entry[]
  readonly text: string
  readonly last: Position
}

/** Who follows a room. */
export interface Follower {
  /** Events have come. */
  deliver(batch: Batch): void
  /** The log is not the one that was told. */
  broken(reason: ResetReason): void
  /** The engine is out of reach, or back. */
  stale(is: boolean): void
}

/** A channel as this process follows it: one reader of its log, whoever listens. */
export interface Room {
  readonly key: string
  /** The channel's number in frames. */
  readonly number: number
  /** Resolves when what is appended from now on will be told. Rejects with what the engine says. */
  readonly started: Promise<void>
  /** Whether the engine is out of reach. */
  readonly isStale: boolean
  /** Begins to tell. @returns the end of it, for which twice is once */
  join(follower: Follower): () => void
  /** Compares with where the log is; reads what was missed. */
  compare(last: Position): void
  /** The engine could not be asked. */
  lost(): void
}

export interface RoomOptions {
  key: string
  number: number
  engine: Engine
  turn: Turn
  /** How many entries are read at once. */
  pageSize: number
  /** How long to wait before an engine that failed is asked again, in ms. */
  retryAfter: () => number
  /** Told when the last follower has left. */
  onEmpty: () => void
  onFault: (error: unknown) => void
}

export function createRoom({
  key,
  number,
  engine,
  turn,
  pageSize,
  retryAfter,
  onEmpty,
  onFault,
}: RoomOptions): Room {
  const followers = new Set<Follower>()
  let position: Position | undefined
  let batch: Entry[] = []
  let pulling = false
  /** Whether something came while we were reading. */
  let again = false
  let isStale = false
  let ended = false
  let unlisten: (() => void) | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  function take(entry: Entry): void {
    position = entry.position
    batch.push(entry)
    turn.end('room', flush)
  }

  function flush(): void {
    const [first] = batch
    if (!first) return
    const entries = batch
    batch = []
    const told: Batch = {
      previous: first.previous,
      entries,
      text: entries.map((entry) => eventFrame(number, entry)).join('\n'),
      last: (entries.at(-1) as Entry).position,
    }
    for (const follower of followers) follower.deliver(told)
  }

  function wake(entry?: Entry): void {
    if (ended) return
    if (entry && position && !pulling && entry.previous === idOf(position)) take(entry)
    else void pull()
  }

  /** Reads what the log has more than we told. */
  async function pull(): Promise<void> {
    again = true
    if (pulling || !position) return
    pulling = true
    try {
      // oxlint-disable-next-line no-unmodified-loop-condition -- somebody else ends it while we wait
      while (again && !ended) {
        again = false
        // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
        const page = await engine.read(key, position, pageSize)
        if (ended) return
        const reason = breakOf(position, page)
        if (reason) {
          flush()
          position = page.last
          for (const follower of followers) follower.broken(reason)
        } else {
          for (const entry of page.entries) take(entry)
          if (page.entries.length > 0) again = true
        }
      }
      setStale(false)
    } catch (error) {
      onFault(error)
      lost()
    } finally {
      pulling = false
    }
  }

  function setStale(is: boolean): void {
    if (isStale === is) return
    isStale = is
    for (const follower of followers) follower.stale(is)
  }

  function lost(): void {
    if (ended) return
    setStale(true)
    retry ??= setTimeout(() => {
      retry = undefined
      void pull()
    }, retryAfter())
  }

  async function start(): Promise<void> {
    const stop = await engine.listen(key, wake)
    if (ended) return stop()
    unlisten = stop
    const [last] = await engine.lasts([key])
    position = last
    // A wake-up that came before had nothing to compare with.
    if (again) void pull()
  }

  function end(): void {
    if (ended) return
    ended = true
    clearTimeout(retry)
    unlisten?.()
    onEmpty()
  }

  const started = start()
  // Whoever waits for it is told; the next one gets a new room.
  started.catch(end)

  return {
    key,
    number,
    started,
    get isStale() {
      return isStale
    },
    join(follower) {
      followers.add(follower)
      return () => {
        if (followers.delete(follower) && followers.size === 0) end()
      }
    },
    compare(last) {
      if (position === undefined) return
      if (last !== position || isStale) void pull()
    },
    lost,
  }
}
