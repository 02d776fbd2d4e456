import { data } from '#kitrt/build'
import { atBoot, forgetContexts, withRequestLife } from '@kitrt/core/server'
import { createDenoUpgrade } from '@kitrt/ws/deno'
import type { Context } from 'hono'
import { readAtBoot } from './read-at-boot.ts'
import { requestHost } from './request-origin.ts'
import type { CreateRuntime } from './server-runtime.ts'
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

type DenoAddress = { port: number; hostname: string } | { path: string }

declare const Deno: {
  serve(
    options: DenoAddress & { signal: AbortSignal; onListen: () => void },
    fetch: (request: Request, info: ServeInfo) => Response | Promise<Response>,
  ): DenoServer
}

export const createRuntime: CreateRuntime = (settings) => {
  /** A request sees nothing of another (see `atBoot`), nor of what it is called from. */
  const alone = (
    { completed }: ServeInfo,
    respond: () => Response | Promise<Response>,
  ): Promise<Response> => {
    forgetContexts()
    return atBoot(async () => readAtBoot(await withRequestLife(completed, respond)))
  }
  return {
    toRequest: (c, target) => webRequest(c.req.raw, target, settings.bodySizeLimit),
    remoteAddress: (c: Context<{ Bindings: ServeInfo }>) => c.env.remoteAddr.hostname ?? '',
    upgrade: createDenoUpgrade({
      self: settings.origin,
      trusted: data.trustedOrigins,
      hostOf: (header) => requestHost(header, settings),
    }),
    enter: (c: Context<{ Bindings: ServeInfo }>, app) =>
      alone(c.env, () => app.fetch(c.req.raw, c.env)),
    async listen(app) {
      const { host, port, socketPath } = settings
      const abort = new AbortController()
      let server: DenoServer
      try {
        server = Deno.serve(
          {
            ...(socketPath ? { path: socketPath } : { port, hostname: host }),
            signal: abort.signal,
            onListen: () => {},
          },
          (request, info) => alone(info, () => app.fetch(request, info)),
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
        close: () => server.shutdown(),
        terminate: () => abort.abort(),
      }
    },
  }
}
