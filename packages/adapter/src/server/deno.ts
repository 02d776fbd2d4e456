import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { data, directory } from '#kitrt/build'
import { atBoot, forgetContexts, withRequestLife } from '@kitrt/core/server'
import { createDenoUpgrade } from '@kitrt/ws/deno'
import type { Context } from 'hono'
import { createApp } from './app.ts'
import { limitBody } from './body-limit.ts'
import type { Start } from './entry.ts'

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

/**
 * Imports every module of the app before the first request. A first `import()` inside a request
 * would leave that request's AsyncLocalStorage to all others (Deno 2.8.3 to 2.9.6; see `atBoot`).
 */
async function importAll(): Promise<void> {
  for (const folder of ['nodes', 'entries', 'chunks']) {
    const path = join(directory, 'server', folder)
    if (!existsSync(path)) continue
    for (const file of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.js')) await import(pathToFileURL(join(path, file)).href)
    }
  }
}

export const start: Start = async ({ env, host, port, bodySizeLimit }) => {
  const app = await createApp(env, {
    toRequest: (c) => limitBody(c.req.raw, bodySizeLimit),
    remoteAddress: (c: Context<{ Bindings: ServeInfo }>) => c.env.remoteAddr.hostname ?? '',
    upgrade: createDenoUpgrade({ self: data.origin, trusted: data.trustedOrigins }),
  })
  await importAll()
  const abort = new AbortController()
  let server: DenoServer
  try {
    server = Deno.serve(
      { port, hostname: host, signal: abort.signal, onListen: () => {} },
      (request, info) => {
        forgetContexts()
        return atBoot(() => withRequestLife(info.completed, () => app.fetch(request, info)))
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
