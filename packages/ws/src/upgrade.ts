import type { Context } from 'hono'
import type { Connection } from './connection.ts'
import { asksForWebSocket, examine } from './handshake.ts'
import { createOriginCheck } from './origin.ts'
import type { OriginOptions } from './origin.ts'
import { acceptedStatus, slots } from './slot.ts'
import type { UpgradeSlot } from './slot.ts'

/** Completes the handshake with a runtime's Hono adapter; `headers` go out with the 101. */
export type Accept = (
  c: Context,
  connection: Connection,
  headers: Headers,
) => Response | Promise<Response>

export interface UpgradeOptions extends OriginOptions {
  accept: Accept
}

/**
 * The way of a request, plain or upgrade, on the runtimes whose upgrades are ordinary requests (Bun
 * and Deno). On Node see `node.ts`.
 *
 * @returns what answers a request by `respond`, and turns it into a socket where the route wants one
 */
export function createUpgrade({
  accept,
  ...origins
}: UpgradeOptions): (c: Context, respond: () => Promise<Response>) => Promise<Response> {
  const allowed = createOriginCheck(origins)
  return async (c, respond) => {
    const header = (name: string): string | undefined => c.req.header(name)
    if (!asksForWebSocket(header)) return slots.run(undefined, respond)
    const door = examine(c.req.method, header, allowed)
    if (door instanceof Response) return door
    const slot: UpgradeSlot = { request: c.req.raw, ...door }
    const response = await slots.run(slot, respond)
    // `handle` may have put another answer in the place of the route's.
    if (!slot.connection || response.status !== acceptedStatus) return response
    return accept(c, slot.connection, handshakeHeaders(response.headers))
  }
}

/** Headers that belong to the message that carried them, or to the handshake itself. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
  'transfer-encoding',
  'upgrade',
])

/** The headers of the route's answer (cookies set in `handle` among them) that go out with the 101. */
export function handshakeHeaders(headers: Headers): Headers {
  const kept = new Headers()
  for (const [name, value] of headers) if (!ownHeaders.has(name)) kept.append(name, value)
  return kept
}
