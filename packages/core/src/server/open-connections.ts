import { reportError } from '../on-error.ts'
import { shared } from './shared.ts'

/** Something that stays open (a socket, a stream) and that the server must end before it stops. */
export interface OpenConnection {
  /**
   * Tells the other side that the server goes away, and ends the connection.
   *
   * @param after how long the other side should wait before it comes back, in ms
   */
  goAway(after: number): void
}

/**
 * Between two clients that come back, in ms. The slowest runtime takes about 1 000 handshakes a second
 * on two cores (`npm run test:long`), so that the next server is never behind.
 */
const apart = 1

const connections = shared('open-connections', () => ({
  open: new Set<OpenConnection>(),
  /** Whether the server is about to stop. */
  closing: false,
  /** How many have been sent away. */
  away: 0,
  /** Those who wait until none is left. */
  waiting: new Set<() => void>(),
}))

/** Each is given its own time to come back: all at once they would be a burst for the next server. */
const sendAway = (connection: OpenConnection): void => connection.goAway(connections.away++ * apart)

/**
 * Makes a connection known to the server that will stop some day; one that opens while it stops is
 * ended at once. Returns its removal; removing twice does nothing.
 */
export function trackConnection(connection: OpenConnection): () => void {
  connections.open.add(connection)
  if (connections.closing) queueMicrotask(() => sendAway(connection))
  return () => {
    connections.open.delete(connection)
    if (connections.open.size > 0) return
    for (const tell of connections.waiting) tell()
    connections.waiting.clear()
  }
}

/** Whether the server is about to stop, and should take no more connections. */
export const isClosing = (): boolean => connections.closing

/** Resolves when no connection is left: each has ended, and so has the work for what came over it. */
export async function connectionsEnded(): Promise<void> {
  if (connections.open.size === 0) return
  await new Promise<void>((resolve) => connections.waiting.add(resolve))
}

/** Ends every open connection of the process, and each that still comes: what a server does before it stops. */
export function closeConnections(): void {
  connections.closing = true
  // What came last goes first: a channel says its own word over a socket that was there before it.
  for (const connection of [...connections.open].toReversed()) {
    try {
      sendAway(connection)
    } catch (error) {
      reportError(error, { stage: 'the end of a connection' })
    }
  }
}
