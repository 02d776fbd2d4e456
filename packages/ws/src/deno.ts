import { upgradeWebSocket } from 'hono/deno'
import type { Context } from 'hono'
import { toHonoEvents } from './hono-events.ts'
import { createUpgrade } from './upgrade.ts'
import type { Accept, UpgradeOptions } from './upgrade.ts'
import type { Wire } from './wire.ts'

const toWire = (raw: WebSocket): Wire => ({
  bufferedAmount: () => raw.bufferedAmount,
  send: (data) => raw.send(data),
  close: (code, reason) => raw.close(code, reason),
  // Deno has no way to drop a socket (2.9): its closing handshake gives up after a while.
  terminate: () => raw.close(),
  // Deno tells of nothing, so we look.
  onDrain(taken) {
    const look = (wait: number): void => {
      if (raw.readyState !== raw.OPEN || raw.bufferedAmount === 0) taken()
      else setTimeout(look, wait, Math.min(2 * wait, longestWait))
    }
    look(1)
  },
})

/** Between two looks at the buffer of a slow reader, in ms: about a round trip. */
const longestWait = 20

const accept: Accept = async (c, connection, headers) => {
  // hono/deno compares the header case-sensitively, and always takes the first subprotocol, which
  // Deno refuses with a 500 when the client put no space after the comma.
  const context = {
    req: {
      raw: c.req.raw,
      header: (name: string) => (name === 'upgrade' ? 'websocket' : undefined),
    },
  } as unknown as Context
  const events = toHonoEvents<WebSocket>(connection, toWire)
  let failed = false
  const response = await upgradeWebSocket(
    context,
    {
      ...events,
      onError() {
        failed = true
      },
      onClose({ code, reason }, ws) {
        // After an error (no answer to a ping among them) Deno tells codes that nobody has sent.
        connection.closed(failed ? 1006 : code, failed ? '' : reason)
        // Deno holds a socket whose client vanished until its idle timer ends, up to a minute later;
        // let it not hold the connection too (2.9.5: 20 kB each instead of 4).
        Object.assign(ws.raw ?? {}, { onopen: null, onmessage: null, onclose: null, onerror: null })
      },
    },
    { idleTimeout: inSeconds(connection.idleTimeout) },
  )
  if (connection.protocol) response.headers.set('sec-websocket-protocol', connection.protocol)
  for (const [name, value] of headers) response.headers.append(name, value)
  return response
}

/** Deno pings by itself after half of the time. It knows whole seconds, and 0 for never. */
const inSeconds = (ms: number): number => (ms === Infinity ? 0 : Math.ceil(ms / 1000))

/** Deno's way of a request through `respond`. */
export const createDenoUpgrade = (
  options: Omit<UpgradeOptions, 'accept'> = {},
): ReturnType<typeof createUpgrade> => createUpgrade({ ...options, accept })
