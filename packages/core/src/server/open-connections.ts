import { shared } from './shared.ts'

/** Something that stays open (a socket, a stream) and that the server must end before it stops. */
export interface OpenConnection {
  /** Tells the other side that the server goes away, and ends the connection. */
  goAway(): void
}

const open = shared('open-connections', () => new Set<OpenConnection>())

/** Makes a connection known to the server that will stop some day. Returns its removal; removing twice does nothing. */
export function trackConnection(connection: OpenConnection): () => void {
  open.add(connection)
  return () => {
    open.delete(connection)
  }
}

/** Ends every open connection of the process: what a server does on SIGTERM before it waits for the last request. */
export function closeConnections(): void {
  for (const connection of open) connection.goAway()
}
