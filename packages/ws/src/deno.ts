import { atBoot } from '@kitrt/core/server'
import { upgradeWebSocket } from 'hono/deno'
import type { Context } from 'hono'
import type { WSEvents } from 'hono/ws'
import { dropSocket, endIdleTimer } from './deno-internals.ts'
import { toHonoEvents } from './hono-events.ts'
import { createUpgrade } from './upgrade.ts'
import type { OriginOptions } from './origin.ts'
import type { Accept, Upgrade } from './upgrade.ts'
import type { Wire } from './wire.ts'

/** Sockets that we have dropped: Deno tells of their close as of any other. */
const dropped = new WeakSet<WebSocket>()

function drop(raw: WebSocket): void {
  if (dropSocket(raw)) dropped.add(raw)
  else raw.close()
}

const toWire = (raw: WebSocket): Wire => ({
  bufferedAmount: () => raw.bufferedAmount,
  send: (data) => raw.send(data),
  close(code, reason) {
    raw.close(code, reason)
    // Deno would wait for the other side's close frame for ever.
    const timer = setTimeout(() => drop(raw), closeTimeout)
    raw.addEventListener('close', () => clearTimeout(timer))
  },
  terminate: () => drop(raw),
  // Deno tells of nothing, so we look.
  onDrain(taken) {
    const look = (wait: number): void => {
      if (raw.readyState !== raw.OPEN || raw.bufferedAmount === 0) taken()
      else setTimeout(look, wait, Math.min(2 * wait, longestWait))
    }
    look(1)
  },
})

/** How long the other side has to answer a close frame, in ms: as long as on Node. */
const closeTimeout = 30_000

/** How long a 101 may take to go out, in ms: as long. */
const openTimeout = closeTimeout

/** Between two looks at the buffer of a slow reader, in ms: about a round trip. */
const longestWait = 20

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

const accept: Accept = async (c, connection, headers) => {
  // An upgrade whose client has left already Deno (2.9.5) would neither open nor close, and would keep
  // its connection and 20 kB for ever. In the first turn of the event loop Deno sees who has left, in
  // the second it tells. Under a burst a few are still missed, and give their place back by a timer.
  await turn()
  await turn()
  if (c.req.raw.signal.aborted) {
    connection.closed(1006, '')
    return new Response(null, { status: 400 })
  }
  // hono/deno compares the header case-sensitively, and always takes the first subprotocol, which
  // Deno refuses with a 500 when the client put no space after the comma.
  const context = {
    req: {
      raw: c.req.raw,
      header: (name: string) => (name === 'upgrade' ? 'websocket' : undefined),
    },
  } as unknown as Context
  let failed = false
  const { onOpen, onMessage } = toHonoEvents<WebSocket>(connection, toWire)
  const missed = setTimeout(() => connection.closed(1006, ''), openTimeout)
  missed.unref()
  const events: WSEvents<WebSocket> = {
    onOpen(event, ws) {
      clearTimeout(missed)
      onOpen?.(event, ws)
    },
    onMessage,
    onError() {
      failed = true
    },
    onClose({ code, reason }, { raw }) {
      // After an error (no answer to a ping among them) Deno tells codes that nobody has sent.
      if (raw && dropped.has(raw)) failed = true
      connection.closed(failed ? 1006 : code, failed ? '' : reason)
      if (raw) endIdleTimer(raw)
    },
  }
  // In no request's context, which Deno would keep as well.
  const response = await atBoot(() =>
    upgradeWebSocket(context, events, { idleTimeout: inSeconds(connection.idleTimeout) }),
  )
  if (connection.protocol) response.headers.set('sec-websocket-protocol', connection.protocol)
  for (const [name, value] of headers) response.headers.append(name, value)
  return response
}

/** Deno pings by itself after half of the time. It knows whole seconds, and 0 for never. */
const inSeconds = (ms: number): number => (ms === Infinity ? 0 : Math.ceil(ms / 1000))

/**
 * Makes sockets of Deno's requests: a middleware that comes before all routes.
 *
 * ```ts
 * const server = new Hono().use(createDenoUpgrade()).route('/', app)
 * Deno.serve((request, info) => server.fetch(request, info))
 * ```
 */
export function createDenoUpgrade(options: OriginOptions = {}): Upgrade {
  const upgrade = createUpgrade({ ...options, accept })
  return (c, next) => {
    // Only a signal that has been looked at before the client leaves ever tells of it. Each that is
    // looked at costs, so it is only done for upgrades.
    if (c.req.header('upgrade')) void c.req.raw.signal
    return upgrade(c, next)
  }
}
