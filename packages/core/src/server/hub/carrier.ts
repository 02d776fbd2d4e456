/** A connection as its transport carries it: messages there and back. */
export interface Carrier {
  send(message: string): void
  /** Bytes that the network has not taken. */
  bufferedAmount(): number
  /** Calls back once, when what waits now has been taken. May never do so when the connection ends first. */
  onDrain(taken: () => void): void
  /** Ends it. */
  close(code: number, reason: string): void
  /** Whether the client can answer on it. */
  readonly duplex: boolean
}

/** The hub's side of it. */
export interface Carried {
  received(message: string): void
  closed(): void
}
