import type { Context } from 'hono'
import type { Connection } from './connection.ts'
import { asksForWebSocket, examine } from './handshake.ts'
import { isResponse } from './is-response.ts'
import { createOriginCheck } from './origin.ts'
import type { OriginOptions } from './origin.ts'
import { acceptedStatus, endSlot, slots } from './slot.ts'
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
 * The way of a request, plain or upgrade, on the runtimes whose upgrades are ordinary requests: it is
 * answered by `next`, and becomes a socket where the route wants one. Fits as a middleware of Hono,
 * where `next` leaves its answer in `c.res`.
 */
export type Upgrade = <Answer extends Response | void>(
  c: Context,
  next: () => Promise<Answer>,
) => Promise<Answer | Response>

/** On Bun and Deno. On Node see `node.ts`. */
export function createUpgrade({ accept, ...origins }: UpgradeOptions): Upgrade {
  const allowed = createOriginCheck(origins)
  return async (c, next) => {
    const header = (name: string): string | undefined => c.req.header(name)
    if (!asksForWebSocket(header)) return slots.run(undefined, next)
    const door = examine(c.req.method, header, allowed, origins.hostOf)
    if (door instanceof Response) return door
    const slot: UpgradeSlot = { request: c.req.raw, ...door }
    try {
      const answer = await slots.run(slot, next)
      // As a middleware's, `next` gives nothing, or Hono's context.
      const response: Response = isResponse(answer) ? answer : c.res
      // `handle` may have put another answer in the place of the route's.
      if (!slot.connection || response.status !== acceptedStatus) {
        endSlot(slot)
        return response
      }
      const accepted = await accept(c, slot.connection, handshakeHeaders(response.headers))
      if (c.finalized) {
        // Otherwise Hono would copy it, to merge the headers in, and no runtime takes a copy of a 101.
        c.res = undefined
        c.res = accepted
      }
      return accepted
    } catch (error) {
      endSlot(slot)
      throw error
    }
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
