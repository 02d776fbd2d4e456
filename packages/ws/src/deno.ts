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
        if (ws.raw) endIdleTimer(ws.raw)
      },
    },
    { idleTimeout: inSeconds(connection.idleTimeout) },
  )
  if (connection.protocol) response.headers.set('sec-websocket-protocol', connection.protocol)
  for (const [name, value] of headers) response.headers.append(name, value)
  return response
}

/**
 * Deno (2.9.5) forgets the idle timer of a socket whose client has vanished. Until it ends, half of
 * `idleTimeout` later, it would hold the socket, and a process that wants to end. Deno has no way to
 * take it off; what it does after each message is to set it anew, so it is set to end now.
 */
function endIdleTimer(raw: WebSocket): void {
  const own = (description: string, of: object): symbol | undefined =>
    Object.getOwnPropertySymbols(of).find((symbol) => symbol.description === description)
  const duration = own('[[idleTimeout]]', raw)
  const restart = own('[[serverHandleIdleTimeout]]', Object.getPrototypeOf(raw))
  if (!duration || !restart) return
  const internals = raw as unknown as Record<symbol, unknown>
  // In s. For 0 it would do nothing.
  internals[duration] &&= 0.001
  ;(internals[restart] as () => void).call(raw)
}

/** Deno pings by itself after half of the time. It knows whole seconds, and 0 for never. */
const inSeconds = (ms: number): number => (ms === Infinity ? 0 : Math.ceil(ms / 1000))

/** Deno's way of a request through `respond`. */
export const createDenoUpgrade = (
  options: Omit<UpgradeOptions, 'accept'> = {},
): ReturnType<typeof createUpgrade> => createUpgrade({ ...options, accept })
