import { data } from '#kitrt/build'
import { createBunUpgrade, createBunWebSocket, largestPayload } from '@kitrt/ws/bun'
import type { Context } from 'hono'
import { requestHost } from './request-origin.ts'
import type { CreateRuntime } from './server-runtime.ts'
import { untyped } from './untyped.ts'
import { webRequest } from './web-request.ts'

/** What we use of Bun; its types and those of Deno cannot both be installed in an app. */
interface BunServer {
  /** `undefined` on a unix socket. */
  port: number | undefined
  stop(force?: boolean): Promise<void>
  timeout(request: Request, seconds: number): void
  requestIP(request: Request): { address: string } | null
}

type BunAddress = { port: number; hostname: string } | { unix: string }

declare const Bun: {
  file(path: string): Blob
  serve(
    options: BunAddress & {
      websocket: object
      maxRequestBodySize: number
      fetch: (request: Request, server: BunServer) => Response | Promise<Response>
    },
  ): BunServer
}

const serverOf = ({ env }: Context): BunServer =>
  'server' in env ? (env as { server: BunServer }).server : (env as BunServer)

export const createRuntime: CreateRuntime = (settings) => {
  const upgrade = createBunUpgrade({
    self: settings.origin,
    trusted: data.trustedOrigins,
    hostOf: (header) => requestHost(header, settings),
  })
  const websocket = (): object => createBunWebSocket({ maxPayload: largestPayload() })
  return {
    websocket,
    toRequest: (c, target) => webRequest(c.req.raw, target, settings.bodySizeLimit),
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
    async listen(app) {
      const { host, port, socketPath } = settings
      const server = Bun.serve({
        ...(socketPath ? { unix: socketPath } : { port, hostname: host }),
        websocket: websocket(),
        // SvelteKit's own answer to what is over the limit comes first.
        maxRequestBodySize: Number.MAX_SAFE_INTEGER,
        fetch: async (request, bun) => untyped(await app.fetch(request, { server: bun })),
      })
      return {
        server,
        port: server.port,
        close: () => server.stop(),
        terminate: () => void server.stop(true),
      }
    },
  }
}
