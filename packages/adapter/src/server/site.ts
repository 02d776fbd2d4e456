import { join } from 'node:path'
import { data, directory, server } from '#kitrt/build'
import { reportError } from '@kitrt/core'
import { isForbiddenMethod } from '@kitrt/core/server'
import { answerTogether } from './answer-together.ts'
import { clientAddress } from './client-address.ts'
import { health } from './health.ts'
import { importApp } from './import-app.ts'
import { requestOrigin } from './request-origin.ts'
import type { Direct, Env, Runtime } from './server-runtime.ts'
import type { Settings } from './settings.ts'
import { createStaticFiles, streamFile } from './static-files.ts'
import { unbuffered } from './unbuffered.ts'

const text = (body: string, status: number): Response =>
  new Response(body, { status, headers: { 'content-type': 'text/plain; charset=UTF-8' } })

/** What the build holds: its files, and SvelteKit with all of the app. */
export async function createSite(
  settings: Settings,
  {
    toRequest,
    header = (request, _, name) => request.headers.get(name) ?? undefined,
    remoteAddress,
  }: Runtime,
): Promise<Direct> {
  await server.init({
    env: settings.env,
    read: (file) => streamFile(join(directory, 'client', data.base, file)),
  })
  await importApp()
  const staticFiles = createStaticFiles(directory, data.assets)

  async function respond(request: Request, env: Env, url: URL): Promise<Response> {
    try {
      const read = (name: string): string | undefined => header(request, env, name)
      const origin = settings.origin ?? requestOrigin(read, url, settings)
      if (origin === undefined) return text('Bad Request', 400)
      const response = await server.respond(await toRequest(request, env, { url, origin }), {
        platform: { env },
        getClientAddress: () => clientAddress(read, () => remoteAddress(request, env), settings),
      })
      return unbuffered(response)
    } catch (error) {
      reportError(error, { stage: `the answer to ${request.method} ${url.pathname}` })
      return text('Internal Server Error', 500)
    }
  }

  return {
    file(request, env, url) {
      const { method } = request
      const read = (name: string): string | undefined => header(request, env, name)
      // Bun and Deno take a Host that is none, and give a request whose address is none; Deno also
      // takes one with a path of its own (`a/b?c=`), which then is the request's.
      if (!url || /[/?#@\\]/.test(read('host') ?? '')) return text('Bad Request', 400)
      if (isForbiddenMethod(method)) return text('Method Not Allowed', 405)
      if (url.pathname === data.health && method === 'GET') return health()
      return staticFiles(method, url, read)
    },
    respond: (request, env, url) => answerTogether(() => respond(request, env, url)),
  }
}
