import { upgradeWebSocket } from 'hono/deno'
import type { Context } from 'hono'
import { toHonoEvents } from './connection.ts'
import type { Wire } from './peer.ts'
import { createUpgrade } from './upgrade.ts'
import type { Accept, UpgradeOptions } from './upgrade.ts'

const toWire = (raw: WebSocket): Wire => ({
  bufferedAmount: () => raw.bufferedAmount,
  send: (data) => raw.send(data),
  close: (code, reason) => raw.close(code, reason),
  // Deno has no way to drop a socket (2.9): its closing handshake gives up after a while.
  terminate: () => raw.close(),
})

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
  const response = await upgradeWebSocket(context, {
    ...events,
    onClose(event, ws) {
      events.onClose?.(event, ws)
      // Deno holds a socket whose client vanished until its idle timer ends, up to a minute later;
      // let it not hold the connection too (2.9.5: 20 kB each instead of 4).
      Object.assign(ws.raw ?? {}, { onopen: null, onmessage: null, onclose: null, onerror: null })
    },
  })
  // The first one offered, as on Node and on Bun.
  const protocol = c.req.header('sec-websocket-protocol')?.split(',')[0]?.trim()
  if (protocol) response.headers.set('sec-websocket-protocol', protocol)
  for (const [name, value] of headers) response.headers.append(name, value)
  return response
}

/** Deno's way of a request through `respond`. */
export const createDenoUpgrade = (
  options: Omit<UpgradeOptions, 'accept'> = {},
): ReturnType<typeof createUpgrade> => createUpgrade({ ...options, accept })
