import type { Position } from '../protocol/position.ts'

/** An event as an engine keeps it. */
export interface Entry {
  readonly position: Position
  /** The id of the entry before it. */
  readonly previous: string
  /** What `append` was given. Engines do not look inside. */
  readonly data: string
  /** When it was stored, in ms since 1970, by the engine's clock. */
  readonly at: number
  /** What it is the newest of, as `append` was told. */
  readonly latest?: string | undefined
}

export interface AppendOptions {
  /** Appending it again, for as long as it is remembered, changes nothing. @default none */
  key?: string | undefined
  /** How long at least the key is remembered, in ms. */
  keyTtl: number
  /** What the entry is the newest of: the one before it of the same is dropped. @default all are kept */
  latest?: string | undefined
  /** How many entries are kept. */
  size: number
  /** How long they are kept, in ms. */
  ttl: number
}

/** One read of a log. */
export interface Page {
  /** In order. Their first follows `after` only if it says so itself. */
  entries: readonly Entry[]
  /** The position of the log's last entry, also when that is no longer kept. */
  last: Position
}

/** That somebody is there, over one connection. */
export interface Lease {
  /** Who. One member may have many leases. */
  readonly member: string
  /** Names the lease: never used again. */
  readonly nonce: string
  /** What is known of the member, as JSON. */
  readonly meta: string
}

/** Who is there. */
export interface Members {
  /** In the order in which they came, each with what its newest lease says. */
  readonly list: readonly { readonly member: string; readonly meta: string }[]
  /** How many there are in all. */
  readonly count: number
}

/** Told what happens on a channel: late, in another order, or not at all, and, but for `hear`, more than once. */
export interface EngineListener {
  /** An entry was appended; without one, something may have been missed. */
  wake(entry?: Entry): void
  /** Something was told: at most once. */
  hear(data: string): void
  /** Other members are there, or the same with other metadata. */
  meet(): void
}

/**
 * What keeps the logs of channels. `append` and `read` must be right; all else may be late, lost or
 * repeated. Every call may reject, and then may or may not have been done.
 */
export interface Engine {
  /**
   * Stores an entry: one atomic step that checks the key, gives the position, names the predecessor
   * and trims the log.
   */
  append(
    channel: string,
    data: string,
    options: AppendOptions,
  ): Promise<{ position: Position; duplicate: boolean }>
  /**
   * The entries after a position, by its offset, when it is of the log's epoch; else from the first
   * that is kept.
   *
   * @param after @default the first that is kept
   */
  read(channel: string, after: Position | undefined, limit: number): Promise<Page>
  /** The position of each log's last entry. */
  lasts(channels: readonly string[]): Promise<Position[]>
  /**
   * Tells what happens from when the promise resolves.
   *
   * @returns the end of it
   */
  listen(channel: string, listener: EngineListener): Promise<() => void>
  /** Tells all who listen, and keeps nothing. */
  tell(channel: string, data: string): Promise<void>
  /**
   * Takes leases, or renews them; a lease that is known takes the metadata.
   *
   * @param ttl until they end by themselves, in ms
   */
  lease(channel: string, leases: readonly Lease[], ttl: number): Promise<void>
  /** Ends leases after `grace` ms, unless they would end before. */
  release(channel: string, leases: readonly Lease[], grace: number): Promise<void>
  /** @param limit how many are listed */
  members(channel: string, limit: number): Promise<Members>
  /** Tells each process, this one too. */
  signal(message: string): Promise<void>
  /** @returns the end of it */
  onSignal(run: (message: string) => void): () => void
  close(): Promise<void>
}
