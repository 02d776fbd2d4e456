import { reportError } from '../on-error.ts'
import { shared } from './shared.ts'

/** Something that stays open (a socket, a stream) and that the server must end before it stops. */
export interface OpenConnection {
  /** Tells the other side that the server goes away, and ends the connection. */
  goAway(): void
}

const connections = shared('open-connections', () => ({
  open: new Set<OpenConnection>(),
  /** Whether the server is about to stop. */
  closing: false,
}))

/**
 * Makes a connection known to the server that will stop some day; one that opens while it stops is
 * ended at once. Returns its removal; removing twice does nothing.
 */
export function trackConnection(connection: OpenConnection): () => void {
  connections.open.add(connection)
  if (connections.closing) queueMicrotask(() => connection.goAway())
  return () => {
    connections.open.delete(connection)
  }
}

/** Ends every open connection of the process, and each that still comes: what a server does before it stops. */
export function closeConnections(): void {
  connections.closing = true
  for (const connection of connections.open) {
    try {
      connection.goAway()
    } catch (error) {
      reportError(error, { stage: 'the end of a connection' })
    }
  }
}
