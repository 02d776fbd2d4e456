import type { Position } from '../protocol/position.ts'

/** An event as an engine keeps it. */
export interface Entry {
  readonly position: Position
  /** The id of the entry before it. */
  readonly previous: string
  /** What `append` was given. Engines do not look inside. */
  readonly data: string
}

export interface AppendOptions {
  /** Appending it again, for as long as it is remembered, changes nothing. @default none */
  key?: string | undefined
  /** How long at least the key is remembered, in ms. */
  keyTtl: number
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
   * Calls `wake` after each entry that is appended from when the promise resolves, with the entry when
   * it is at hand, and without one when something may have been missed.
   *
   * @returns the end of it
   */
  listen(channel: string, wake: (entry?: Entry) => void): Promise<() => void>
  /** Tells each process, this one too. */
  signal(message: string): Promise<void>
  /** @returns the end of it */
  onSignal(run: (message: string) => void): () => void
  close(): Promise<void>
}
