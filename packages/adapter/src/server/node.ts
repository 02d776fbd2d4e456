import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { data } from '#kitrt/build'
import { createAdaptorServer } from '@hono/node-server'
import type { HttpBindings } from '@hono/node-server'
import { asksForWebSocket, attach, headersOfMessage, largestPayload } from '@kitrt/ws/node'
import { getRequest } from '@sveltejs/kit/node'
import type { Context } from 'hono'
import { createApp } from './app.ts'
import type { Start } from './entry.ts'

export const start: Start = async (settings) => {
  const { host, port, bodySizeLimit } = settings
  const app = await createApp(settings, {
    // @hono/node-server's own Request cannot be given to `new Request(request, { signal })`, which
    // SvelteKit's live queries do.
    toRequest(c: Context<{ Bindings: HttpBindings }>) {
      const { incoming, outgoing } = c.env
      const { origin, pathname, search } = new URL(c.req.url)
      // An absolute-form target (RFC 9112, section 3.2.2) would be joined to the origin as it is.
      if (!incoming.url?.startsWith('/')) incoming.url = pathname + search
      return getRequest({
        base: data.origin ?? origin,
        request: incoming,
        response: outgoing,
        bodySizeLimit,
      })
    },
    remoteAddress: (c: Context<{ Bindings: HttpBindings }>) =>
      c.env.incoming.socket.remoteAddress ?? '',
    // The upgrades of Node are no requests: `attach` brings them here as such.
    upgrade: (_c, respond) => respond(),
  })
  const server = createAdaptorServer({
    fetch: app.fetch,
    // It replaces Request and Response, and SvelteKit then refuses what `fetch` gives.
    overrideGlobalObjects: false,
    serverOptions: {
      // Clients that trickle their heads: Node's own are 60 s, looked at each 30 s. Bun's is 10 s.
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      // Others (`h2c`) are ignored, as RFC 9110, section 7.8, allows. Node 24.9 and newer; `attach`
      // does what can be done before.
      shouldUpgradeCallback: (request: IncomingMessage) =>
        asksForWebSocket(headersOfMessage(request)),
    } as object,
  }) as Server
  const detach = attach(server, undefined, {
    self: data.origin,
    trusted: data.trustedOrigins,
    maxPayload: largestPayload(),
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  return {
    app,
    server,
    port: (server.address() as AddressInfo).port,
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
