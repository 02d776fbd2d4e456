import { data } from '#kitrt/build'
import { createBunUpgrade, createBunWebSocket, largestPayload } from '@kitrt/ws/bun'
import { lastAnswer } from './last-answer.ts'
import { requestHost } from './request-origin.ts'
import type { CreateRuntime, Env, ServerRuntime } from './server-runtime.ts'
import { toResponse } from './static-files.ts'
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

/** Bun's own, in s. It is the connection's, so what a request was given is taken back. */
const idleTimeout = 10
/** The longest that Bun knows, in s. */
const longest = 255

/**
 * Bun ends a connection that was quiet for 10 s, also while its request is being answered
 * (oven-sh/bun#27479). Events (and SvelteKit's live queries, which beat every 30 s) may be quiet for as
 * long as they like; a body that may still be coming, or going, for as long as Bun lets it.
 */
async function patiently(
  request: Request,
  env: Env,
  respond: () => Response | Promise<Response>,
): Promise<Response> {
  // A handshake has the 10 s; afterwards the socket has its own.
  if (request.headers.has('upgrade')) return respond()
  const server = serverOf(env)
  server.timeout(request, ['GET', 'HEAD'].includes(request.method) ? 0 : longest)
  const response = await respond()
  server.timeout(request, patienceWith(response))
  return response
}

/** How long the body of a response may be quiet, in s; 0 for ever. */
function patienceWith({ headers }: Response): number {
  const type = headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream')) return 0
  // What is neither may be a stream, such as a page that waits for promises. (Who asks Bun for `body`
  // makes a stream of a text.)
  return headers.has('content-length') || type.startsWith('application/json')
    ? idleTimeout
    : longest
}

const serverOf = (env: Env): BunServer =>
  'server' in env ? (env as { server: BunServer }).server : (env as BunServer)

export const createRuntime: CreateRuntime = (settings) => {
  const upgrade = createBunUpgrade({
    self: settings.origin,
    trusted: data.trustedOrigins,
    hostOf: (header) => requestHost(header, settings),
  })
  const websocket = (): object => createBunWebSocket({ maxPayload: largestPayload() })
  const runtime: ServerRuntime = {
    websocket,
    toRequest: (request, _, target) => webRequest(request, target, settings.bodySizeLimit),
    // Bun takes the length from a file, and sends a stream without one.
    openFile({ body }) {
      const file = Bun.file(body?.file ?? '')
      return !body || body.whole ? file : file.slice(body.start, body.end + 1)
    },
    remoteAddress: (request, env) => serverOf(env).requestIP(request)?.address ?? '',
    upgrade: (c, respond) => patiently(c.req.raw, c.env as Env, () => upgrade(c, respond)),
    async listen({ app, direct }) {
      const { host, port, socketPath } = settings
      const answer = async (request: Request, bun: BunServer): Promise<Response> => {
        const env = { server: bun }
        if (!direct || request.headers.has('upgrade')) return app.fetch(request, env)
        const url = URL.parse(request.url)
        const file = direct.file(request, env, url)
        if (file) return toResponse(file, runtime.openFile)
        return patiently(request, env, () => direct.respond(request, env, url as URL))
      }
      const server = Bun.serve({
        ...(socketPath ? { unix: socketPath } : { port, hostname: host }),
        websocket: websocket(),
        // SvelteKit's own answer to what is over the limit comes first.
        maxRequestBodySize: Number.MAX_SAFE_INTEGER,
        fetch: async (request, bun) => lastAnswer(untyped(await answer(request, bun))),
      })
      return {
        server,
        port: server.port,
        close: () => server.stop(),
        terminate: () => void server.stop(true),
      }
    },
  }
  return runtime
}
