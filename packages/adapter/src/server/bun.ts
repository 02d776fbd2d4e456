import { data } from '#kitrt/build'
import { createBunUpgrade, createBunWebSocket, largestPayload } from '@kitrt/ws/bun'
import type { Context } from 'hono'
import { createApp } from './app.ts'
import { limitBody } from './body-limit.ts'
import type { Start } from './entry.ts'

/** What we use of Bun; its types and those of Deno cannot both be installed in an app. */
interface BunServer {
  port: number
  stop(force?: boolean): Promise<void>
  timeout(request: Request, seconds: number): void
  requestIP(request: Request): { address: string } | null
}

declare const Bun: {
  file(path: string): Blob
  serve(options: {
    port: number
    hostname: string
    websocket: object
    maxRequestBodySize: number
    fetch: (request: Request, server: BunServer) => Response | Promise<Response>
  }): BunServer
}

const serverOf = (c: Context): BunServer => (c.env as { server: BunServer }).server

export const start: Start = async (settings) => {
  const { host, port, bodySizeLimit } = settings
  const upgrade = createBunUpgrade({ self: data.origin, trusted: data.trustedOrigins })
  const app = await createApp(settings, {
    toRequest: (c) => limitBody(c.req.raw, bodySizeLimit),
    // Bun takes the length from a file, and sends a stream without one.
    openFile: (file, range) =>
      range ? Bun.file(file).slice(range.start, range.end + 1) : Bun.file(file),
    remoteAddress: (c) => serverOf(c).requestIP(c.req.raw)?.address ?? '',
    async upgrade(c, respond) {
      const response = await upgrade(c, respond)
      // Bun ends a connection that was quiet for 10 s; streams (and SvelteKit's live queries, which
      // beat every 30 s) may be quiet for longer (oven-sh/bun#27479).
      if (response?.headers.get('content-type')?.startsWith('text/event-stream')) {
        serverOf(c).timeout(c.req.raw, 0)
      }
      return response
    },
  })
  const server = Bun.serve({
    port,
    hostname: host,
    websocket: createBunWebSocket({ maxPayload: largestPayload() }),
    // SvelteKit's own answer to what is over the limit comes first.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request, bun) => app.fetch(request, { server: bun }),
  })
  return {
    app,
    server,
    port: server.port,
    close: () => server.stop(),
    terminate: () => void server.stop(true),
  }
}
