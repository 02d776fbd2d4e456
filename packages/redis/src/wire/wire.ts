/** One connection to Redis, used until it is lost and never again. */
export interface Wire {
  /** Resolves when it may be used. */
  readonly ready: Promise<unknown>
  /** Sends a command. Rejects with what Redis says, or when the connection is lost. */
  send(command: string, ...args: string[]): Promise<unknown>
  subscribe(names: string[]): Promise<void>
  unsubscribe(names: string[]): Promise<void>
  /** Lets go of it: what waits for an answer rejects. Twice is once. */
  end(): void
}

export interface WireEvents {
  /** Something was published where we have subscribed. */
  message(name: string, text: string): void
  /** It is lost. May be told more than once. */
  lost(error: unknown): void
}

/** Makes a connection, with the settings of the client that the app has made. */
export type OpenWire = (events: WireEvents) => Wire
