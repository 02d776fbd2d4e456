import { reportError } from '@kitrt/core'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { logRequests } from './request-log.ts'
import type { Runtime, ServedApp } from './server-runtime.ts'
import type { Settings } from './settings.ts'
import { createSite } from './site.ts'
import { toResponse } from './static-files.ts'

/** The whole app, to be served: that of the user, static files and SvelteKit. */
export async function createApp(settings: Settings, runtime: Runtime): Promise<ServedApp> {
  const site = await createSite(settings, runtime)
  // Not before, because it may read the environment through SvelteKit.
  const { default: userApp } = await import('#kitrt/app')

  const app = new Hono()
  if (settings.requestLog) app.use(logRequests())
  if (userApp) app.route('/', userApp)
  app.all('*', (c: Context<{ Bindings: object }>) => {
    const url = URL.parse(c.req.url)
    const file = site.file(c.req.raw, c.env, url)
    if (file) return toResponse(file, runtime.openFile)
    return runtime.upgrade(c, () => site.respond(c.req.raw, c.env, url as URL))
  })
  app.onError((error, c) => {
    reportError(error, { stage: `the answer to ${c.req.method} ${c.req.path}` })
    return c.text('Internal Server Error', 500)
  })
  return { app, direct: userApp || settings.requestLog ? undefined : site }
}
