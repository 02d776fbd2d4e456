import type { Ending } from './connection-status.ts'

/** One connection, and what it brings. */
export interface TransportOptions {
  /** The endpoint's address, absolute. */
  url: string
  /** The first message, to be sent when the connection opens, or with its opening. */
  greeting: string
  onMessage: (message: string) => void
  /** Told once, unless it was closed; not before `open` has returned. */
  onEnd: (ending: Ending) => void
}

/** A way to an endpoint. */
export interface ClientTransport {
  /** `websocket`, `event-stream` … */
  readonly name: string
  /** Whether all tabs of one browser and user share one connection, where the browser can. @default false */
  readonly share?: boolean | undefined
  /** Opens a connection. `close` ends it without a word; twice is once. */
  open(options: TransportOptions): TransportConnection
  /**
   * Sends frames by a request of its own, and gives the answer. Absent where connections carry
   * messages both ways.
   *
   * @throws when there is no answer, with an `ending` where the server said what that means
   */
  post?: ((url: string, body: string, signal: AbortSignal) => Promise<string>) | undefined
}

export interface TransportConnection {
  /** Does nothing where messages go one way. */
  send(message: string): void
  close(): void
}
