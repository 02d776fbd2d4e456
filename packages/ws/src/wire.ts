import type { RawData } from './codec.ts'

/** The socket of a runtime, reduced to what Node, Bun and Deno have in common. */
export interface Wire {
  /** Bytes not yet taken by the network. */
  bufferedAmount(): number
  send(data: RawData): void
  close(code: number, reason: string): void
  terminate(): void
  /** Asks for a sign of life, which comes as `Connection.ponged`. Absent where the runtime asks by itself. */
  ping?: (() => void) | undefined
  /** Reads no more, until `resume`. Absent where the runtime itself sees to it that no client takes the time of others. */
  pause?: (() => void) | undefined
  resume?: (() => void) | undefined
  /** Calls back once, when what waits now has been taken. May never do so when the socket closes first. */
  onDrain(taken: () => void): void
}
