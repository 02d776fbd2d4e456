import type { ClientTransport } from './transport.ts'

/** Remembers a transport's name, such as `sessionStorage` does. */
export interface TransportMemory {
  get(): string | undefined
  set(name: string): void
}

/** Which transport is tried, and which comes after it. */
export interface TransportChoice {
  readonly current: ClientTransport
  /** Whether one is left that was not tried since the last that worked. */
  readonly hasOther: boolean
  /** Goes back to the preferred one, unless another is remembered. */
  begin(): void
  /** Takes the next one. @returns `false` when all were tried; then the first is the next to try */
  next(): boolean
  /** The current one has worked. */
  worked(): void
}

/** @param transports one or more, the preferred one first */
export function createTransportChoice(
  transports: readonly ClientTransport[],
  memory?: TransportMemory,
): TransportChoice {
  let index = 0
  /** How many were tried one after another. */
  let tried = 1
  return {
    get current() {
      return transports[index] as ClientTransport
    },
    get hasOther() {
      return tried < transports.length
    },
    begin() {
      const remembered = memory?.get()
      index = Math.max(
        0,
        transports.findIndex(({ name }) => name === remembered),
      )
      tried = 1
    },
    next() {
      if (tried >= transports.length) {
        return false
      }
      tried++
      index = (index + 1) % transports.length
      return true
    },
    worked() {
      tried = 1
      memory?.set((transports[index] as ClientTransport).name)
    },
  }
}
