import type { ResetReason } from '../../protocol/frames.ts'
import { idOf } from '../../protocol/position.ts'
import type { Position } from '../../protocol/position.ts'
import type { Policy } from '../../channel.ts'
import type { Engine, Entry } from '../engine.ts'
import { breakOf, breakOfLatest } from './chain.ts'
import { eventFrame, toldFrame } from './event-frame.ts'
import type { Presence } from './presence.ts'
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
  /** Something came that is not kept. */
  tell(text: string): void
  /** Somebody came or left. @param text a frame that says who, to those who knew the list before */
  meet(text: string): void
  /** The log is not the one that was told. */
  broken(reason: ResetReason): void
  /** The engine is out of reach, or back. */
  stale(is: boolean): void
}

/** A channel as this process follows it: one reader of its log, whoever listens. */
export interface Room {
  readonly key: string
  readonly policy: Policy
  /** Who is there, if the channel says. */
  readonly presence: Presence | undefined
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
  policy: Policy
  number: number
  engine: Engine
  /** Makes what knows who is there. @param meet tells the followers */
  presence: ((meet: (text: string) => void) => Presence) | undefined
  turn: Turn
  /** How many entries are read at once. */
  pageSize: number
  /** How long to wait before an engine that failed is asked again, in ms. */
  retryAfter: () => number
  /** Told when the log is not the one that was told. */
  onBroken: () => void
  /** Told when the last follower has left. */
  onEmpty: () => void
  onFault: (error: unknown) => void
}

export function createRoom({
  key,
  policy,
  number,
  engine,
  presence: createPresence,
  turn,
  pageSize,
  retryAfter,
  onBroken,
  onEmpty,
  onFault,
}: RoomOptions): Room {
  const followers = new Set<Follower>()
  let position: Position | undefined
  let batch: Entry[] = []
  let heard: string[] = []
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

  /** Of what has one key the newest, in their order. */
  const newest = (entries: Entry[]): Entry[] => {
    const last = new Map(entries.map((entry) => [entry.latest, entry]))
    return entries.filter((entry) => last.get(entry.latest) === entry)
  }

  function flush(): void {
    if (heard.length > 0) {
      const text = heard.join('\n')
      heard = []
      for (const follower of followers) follower.tell(text)
    }
    const [first] = batch
    if (!first) return
    const entries = policy === 'latest' ? newest(batch) : batch
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
        const reason = (policy === 'latest' ? breakOfLatest : breakOf)(position, page)
        if (reason) {
          flush()
          position = page.last
          onBroken()
          for (const follower of followers) follower.broken(reason)
        } else {
          for (const entry of page.entries) take(entry)
          if (page.entries.length > 0) again = true
          // The last of its key may be gone by now.
          else position = page.last
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
    const stop = await engine.listen(key, {
      wake,
      hear(data) {
        heard.push(toldFrame(number, data))
        turn.end('room', flush)
      },
      meet: () => presence?.refresh(),
    })
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
    presence?.stop()
    onEmpty()
  }

  const presence = createPresence?.((text) => {
    for (const follower of followers) follower.meet(text)
  })
  const started = start()
  // Whoever waits for it is told; the next one gets a new room.
  started.catch(end)

  return {
    key,
    policy,
    presence,
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
      presence?.refresh()
      if (position === undefined) return
      if (last !== position || isStale) void pull()
    },
    lost,
  }
}
