/**
 * Where a connection is in its life.
 *
 * - `idle`: nobody reads it, nothing is open
 * - `connecting`: an attempt is under way
 * - `open`
 * - `waiting`: lost, the next attempt comes by itself
 * - `offline`: lost, and the browser says that there is no network; the next attempt comes with it.
 *   So is a page that waits in the back/forward cache
 * - `refused`: the server said no (401, 403, 404 …); only `start()` tries again
 * - `closed`: ended on purpose, by either side; only `start()` tries again
 */
export type ConnectionStatus =
  | 'idle'
  | 'connecting'
  | 'open'
  | 'waiting'
  | 'offline'
  | 'refused'
  | 'closed'

/** How an attempt, or the connection that came of it, ended. */
export interface Ending {
  /** `later`: try again · `refused` and `closed`: stop there. */
  outcome: 'later' | 'refused' | 'closed'
  /** With `later`: wait at least so long, in ms, because the server asked for it. */
  after?: number | undefined
  /** With `later`: at once, since the server and the network have nothing to do with it. */
  atOnce?: boolean | undefined
}
