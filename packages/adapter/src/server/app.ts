import { join } from 'node:path'
import { data, directory, server } from '#kitrt/build'
import { reportError } from '@kitrt/core'
import { isForbiddenMethod } from '@kitrt/core/server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { clientAddress } from './client-address.ts'
import { health } from './health.ts'
import { importApp } from './import-app.ts'
import { logRequests } from './request-log.ts'
import { requestOrigin } from './request-origin.ts'
import type { Runtime } from './server-runtime.ts'
import type { Settings } from './settings.ts'
import { createStaticFiles, streamFile } from './static-files.ts'
import { unbuffered } from './unbuffered.ts'

/** The whole app, to be served: that of the user, static files and SvelteKit. */
export async function createApp(
  settings: Settings,
  { toRequest, remoteAddress, upgrade, openFile = streamFile }: Runtime,
): Promise<Hono> {
  await server.init({
    env: settings.env,
    read: (file) => streamFile(join(directory, 'client', data.base, file)),
  })
  // Not before, because it may read the environment through SvelteKit.
  const { default: userApp } = await import('#kitrt/app')
  const staticFiles = createStaticFiles(directory, data.assets, openFile)

  const respond = async (c: Context, url: URL): Promise<Response> => {
    const header = (name: string): string | undefined => c.req.header(name)
    const origin = settings.origin ?? requestOrigin(header, url, settings)
    if (origin === undefined) return c.text('Bad Request', 400)
    const response = await server.respond(toRequest(c, { url, origin }), {
      platform: { env: c.env },
      getClientAddress: () => clientAddress(header, () => remoteAddress(c), settings),
    })
    return unbuffered(response)
  }

  const app = new Hono()
  if (settings.requestLog) app.use(logRequests())
  if (data.health) app.get(data.health, health)
  if (userApp) app.route('/', userApp)
  app.all('*', (c) => {
    // Bun and Deno take a Host that is none, and give a request whose address is none.
    const url = URL.parse(c.req.url)
    // Deno also takes one with a path of its own (`a/b?c=`), which then is the request's.
    if (!url || /[/?#@\\]/.test(c.req.header('host') ?? '')) return c.text('Bad Request', 400)
    if (isForbiddenMethod(c.req.method)) return c.text('Method Not Allowed', 405)
    return staticFiles(c, url) ?? upgrade(c, () => respond(c, url))
  })
  app.onError((error, c) => {
    reportError(error, { stage: `the answer to ${c.req.method} ${c.req.path}` })
    return c.text('Internal Server Error', 500)
  })
  await importApp()
  return app
}
