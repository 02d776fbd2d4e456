import { data } from '#kitrt/build'
import { atBoot, forgetContexts, withRequestLife } from '@kitrt/core/server'
import { createDenoUpgrade } from '@kitrt/ws/deno'
import type { Context } from 'hono'
import { createApp } from './app.ts'
import { limitBody } from './body-limit.ts'
import type { Start } from './entry.ts'
import { readAtBoot } from './read-at-boot.ts'

/** What we use of Deno; its types and those of Bun cannot both be installed in an app. */
interface ServeInfo {
  remoteAddr: { hostname?: string }
  /** Settles when the response has gone out, or could not. */
  completed: Promise<void>
}

interface DenoServer {
  addr: { port: number }
  shutdown(): Promise<void>
}

declare const Deno: {
  serve(
    options: { port: number; hostname: string; signal: AbortSignal; onListen: () => void },
    fetch: (request: Request, info: ServeInfo) => Response | Promise<Response>,
  ): DenoServer
}

export const start: Start = async (settings) => {
  const { host, port, bodySizeLimit } = settings
  const app = await createApp(settings, {
    toRequest: (c) => limitBody(c.req.raw, bodySizeLimit),
    remoteAddress: (c: Context<{ Bindings: ServeInfo }>) => c.env.remoteAddr.hostname ?? '',
    upgrade: createDenoUpgrade({ self: data.origin, trusted: data.trustedOrigins }),
  })
  const abort = new AbortController()
  let server: DenoServer
  try {
    server = Deno.serve(
      { port, hostname: host, signal: abort.signal, onListen: () => {} },
      (request, info) => {
        forgetContexts()
        return atBoot(async () =>
          readAtBoot(await withRequestLife(info.completed, () => app.fetch(request, info))),
        )
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
    app,
    server,
    port: server.addr.port,
    close: () => server.shutdown(),
    terminate: () => abort.abort(),
  }
}
