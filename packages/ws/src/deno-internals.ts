/** What of Deno's own machinery we use. Its `node:` modules reach it in the same way. */
interface Core {
  tryClose(resource: number): void
  cancelTimer(timer: object): void
}

const { Deno } = globalThis as {
  Deno?: { internal?: symbol } & Record<symbol, { core?: Partial<Core> } | undefined>
}
const core = Deno?.internal ? Deno[Deno.internal]?.core : undefined

/** A field that Deno's WebSocket keeps under a symbol. */
function field(raw: WebSocket, description: string): unknown {
  const key = Object.getOwnPropertySymbols(raw).find((symbol) => symbol.description === description)
  return key && (raw as unknown as Record<symbol, unknown>)[key]
}

/**
 * Drops a socket without a closing handshake, for which Deno (2.9.5) has no public way.
 *
 * @returns whether this Deno can
 */
export function dropSocket(raw: WebSocket): boolean {
  const resource = field(raw, '[[rid]]')
  if (typeof resource !== 'number' || !core?.tryClose) return false
  core.tryClose(resource)
  return true
}

/**
 * Ends the idle timer of a socket that has closed, which Deno (2.9.5) forgets when the client has
 * vanished. It would hold the socket, and a process that wants to end, for half of `idleTimeout`.
 */
export function endIdleTimer(raw: WebSocket): void {
  const timer = field(raw, '[[idleTimeoutTimeout]]')
  if (typeof timer === 'object' && timer !== null) core?.cancelTimer?.(timer)
}
