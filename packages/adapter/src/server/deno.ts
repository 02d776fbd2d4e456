import { data } from '#kitrt/build'
import { atBoot, forgetContexts, withRequestLife } from '@kitrt/core/server'
import { createDenoUpgrade } from '@kitrt/ws/deno'
import type { Context } from 'hono'
import { lastAnswer } from './last-answer.ts'
import { readAtBoot } from './read-at-boot.ts'
import { requestHost } from './request-origin.ts'
import type { CreateRuntime } from './server-runtime.ts'
import { streamFile, toResponse } from './static-files.ts'
import type { StaticAnswer } from './static-files.ts'
import { webRequest } from './web-request.ts'

/** What we use of Deno; its types and those of Bun cannot both be installed in an app. */
interface ServeInfo {
  /** Without a name on a unix socket. */
  remoteAddr: { hostname?: string }
  /** Settles when the response has gone out, or could not. */
  completed: Promise<void>
}

interface DenoServer {
  addr: { port?: number }
  shutdown(): Promise<void>
}

/** What we use of an open file. */
interface DenoFile {
  /** Closes the file at its end. */
  readable: ReadableStream
}

type DenoAddress = { port: number; hostname: string } | { path: string }

declare const Deno: {
  openSync(path: string): DenoFile
  serve(
    options: DenoAddress & { onListen: () => void },
    fetch: (request: Request, info: ServeInfo) => Response | Promise<Response>,
  ): DenoServer
}

/** Its own stream of a file goes out without passing through JavaScript. */
const openFile = ({ body }: StaticAnswer): BodyInit =>
  body?.whole ? Deno.openSync(body.file).readable : streamFile(body?.file ?? '', body)

export const createRuntime: CreateRuntime = (settings) => {
  /** A request sees nothing of another (see `atBoot`), nor of what it is called from. */
  const alone = (
    { completed }: ServeInfo,
    respond: () => Response | Promise<Response>,
  ): Promise<Response> => {
    forgetContexts()
    return atBoot(async () => lastAnswer(readAtBoot(await withRequestLife(completed, respond))))
  }
  return {
    toRequest: (request, _, target) => webRequest(request, target, settings.bodySizeLimit),
    remoteAddress: (_, env) => (env as ServeInfo).remoteAddr.hostname ?? '',
    openFile,
    upgrade: createDenoUpgrade({
      self: settings.origin,
      trusted: data.trustedOrigins,
      hostOf: (header) => requestHost(header, settings),
    }),
    enter: (c: Context<{ Bindings: ServeInfo }>, app) =>
      alone(c.env, () => app.fetch(c.req.raw, c.env)),
    async listen({ app, direct }) {
      const { host, port, socketPath } = settings
      const terminated = Promise.withResolvers<void>()
      let server: DenoServer
      try {
        server = Deno.serve(
          {
            ...(socketPath ? { path: socketPath } : { port, hostname: host }),
            onListen: () => {},
          },
          (request, info) => {
            if (!direct || request.headers.has('upgrade')) {
              return alone(info, () => app.fetch(request, info))
            }
            const url = URL.parse(request.url)
            const file = direct.file(request, info, url)
            if (file) return lastAnswer(toResponse(file, openFile))
            return alone(info, () => direct.respond(request, info, url as URL))
          },
        )
      } catch (error) {
        // Deno names neither for a host that it cannot look up.
        throw Object.assign(error as Error, {
          syscall: 'listen',
          code: (error as { code?: string }).code ?? 'EHOST',
        })
      }
      return {
        server,
        port: server.addr.port,
        close: () => Promise.race([server.shutdown(), terminated.promise]),
        // A signal that aborts a server which is shutting down throws where nobody can catch it (Deno
        // 2.9.5: `BadResource`), and the process dies of it. So what is left ends with the process.
        terminate: terminated.resolve,
      }
    },
  }
}
