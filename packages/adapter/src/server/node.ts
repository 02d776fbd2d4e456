import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { data } from '#kitrt/build'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import {
  asksForWebSocket,
  attach as attachSockets,
  headersOfMessage,
  largestPayload,
} from '@kitrt/ws/node'
import { getRequest, setResponse } from '@sveltejs/kit/node'
import { draining } from './draining.ts'
import { watchIdle } from './idle.ts'
import { requestHost } from './request-origin.ts'
import { answerDirectly } from './node-direct.ts'
import type { CreateRuntime, Env, ListenOptions, ServedApp, Started } from './server-runtime.ts'

/** Clients that trickle their heads, in s: Node's own is 60, looked at each 30 s. Bun's is 10. */
const headersTimeout = 15

export const createRuntime: CreateRuntime = (settings) => {
  const attach = (server: Server): (() => void) =>
    attachSockets(server, undefined, {
      self: settings.origin,
      trusted: data.trustedOrigins,
      hostOf: (header) => requestHost(header, settings),
      maxPayload: largestPayload(),
    })

  async function listen({ app, direct }: ServedApp, { onIdle }: ListenOptions): Promise<Started> {
    const timeout = (settings.headersTimeout ?? headersTimeout) * 1000
    const throughHono = getRequestListener(
      // SvelteKit's own writer: that of @hono/node-server gives a type to what has none, and waits a
      // turn for the first part of a stream.
      async (request, env) => {
        setResponse(env.outgoing as ServerResponse, await app.fetch(request, env))
        return RESPONSE_ALREADY_SENT
      },
      // It replaces Request and Response, and SvelteKit then refuses what `fetch` gives.
      { overrideGlobalObjects: false },
    )
    const server = createServer(
      {
        connectionsCheckingInterval: Math.ceil(timeout / 3) || 30_000,
        // Others (`h2c`) are ignored, as RFC 9110, section 7.8, allows. Node 24.9 and newer; `attach`
        // does what can be done before.
        shouldUpgradeCallback: (request: IncomingMessage) =>
          asksForWebSocket(headersOfMessage(request)),
      } as object,
      (incoming, outgoing) => {
        // The next request of this client could meet the end of the connection.
        if (draining()) outgoing.shouldKeepAlive = false
        if (!direct || !answerDirectly(direct, incoming, outgoing)) {
          void throughHono(incoming, outgoing)
        }
      },
    )
    server.headersTimeout = timeout
    if (settings.keepAliveTimeout !== undefined) {
      server.keepAliveTimeout = settings.keepAliveTimeout * 1000
    }
    const detach = attach(server)
    const { fd, socketPath, host, port, idleTimeout } = settings
    const address = fd !== undefined ? { fd } : socketPath ? { path: socketPath } : { host, port }
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(address, resolve)
    })
    if (fd !== undefined && idleTimeout > 0) watchIdle(server, idleTimeout, onIdle)
    return {
      server,
      port: (server.address() as AddressInfo | null)?.port,
      async close() {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()))
        // A connection that falls idle later would be kept for keepAliveTimeout (5 s).
        const sweep = setInterval(() => server.closeIdleConnections(), 50)
        await closed
        clearInterval(sweep)
      },
      terminate() {
        detach()
        server.closeAllConnections()
      },
    }
  }

  return {
    attach,
    listen,
    // @hono/node-server's own Request cannot be given to `new Request(request, { signal })`, which
    // SvelteKit's live queries do.
    toRequest(_, env, { url, origin }) {
      const { incoming, outgoing } = bindings(env)
      // An absolute-form target (RFC 9112, section 3.2.2) would be joined to the origin as it is.
      if (!incoming.url?.startsWith('/')) incoming.url = url.pathname + url.search
      return getRequest({
        base: origin,
        request: incoming,
        response: outgoing,
        bodySizeLimit: settings.bodySizeLimit,
      })
    },
    header(_, env, name) {
      const value = bindings(env).incoming.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    remoteAddress: (_, env) => bindings(env).incoming.socket.remoteAddress ?? '',
    // The upgrades of Node are no requests: `attach` brings them here as such.
    upgrade: (_, respond) => respond(),
  }
}

const bindings = (env: Env): { incoming: IncomingMessage; outgoing: ServerResponse } =>
  env as { incoming: IncomingMessage; outgoing: ServerResponse }
