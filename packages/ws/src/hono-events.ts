import type { WSContext, WSEvents } from 'hono/ws'
import type { Connection } from './connection.ts'
import type { Wire } from './wire.ts'

/**
 * A connection as Hono's adapters call it. None of them awaits or catches what a handler returns
 * or throws on every runtime, so nothing here may do either.
 *
 * @param toWire makes a {@link Wire} of Hono's `ws.raw`, which is another thing on each runtime
 */
export function toHonoEvents<Raw>(
  connection: Connection,
  toWire: (raw: Raw) => Wire,
): WSEvents<Raw> {
  return {
    onOpen(_event, ws: WSContext<Raw>) {
      if (ws.raw) connection.opened(toWire(ws.raw))
    },
    onMessage({ data }) {
      if (typeof data === 'string') connection.received(data)
      else if (data instanceof ArrayBuffer) connection.received(new Uint8Array(data))
    },
    onClose({ code, reason }) {
      // Deno says 0 where the others say 1006; Bun gives 1006 a reason of its own.
      connection.closed(code, code === 1006 ? '' : reason)
    },
    onError() {
      // Always followed by a close, which says the rest. Without this handler Bun throws.
    },
  }
}
