import { join } from 'node:path'
import { data, directory, server } from '#kitrt/build'
import { reportError } from '@kitrt/core'
import { isForbiddenMethod } from '@kitrt/core/server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { clientAddress } from './client-address.ts'
import { importApp } from './import-app.ts'
import type { Settings } from './settings.ts'
import { createStaticFiles, streamFile } from './static-files.ts'
import type { OpenFile } from './static-files.ts'

/** What a runtime's file brings to the app that all runtimes share. */
export interface Runtime {
  /** SvelteKit's request. Node makes it anew, since that of @hono/node-server is no real one. */
  toRequest(c: Context): Request
  /** The address at the other end of the connection. */
  remoteAddress(c: Context): string
  /** Sees each request on its way to SvelteKit, and may turn it into a socket. */
  upgrade(c: Context, respond: () => Promise<Response>): Promise<Response>
  /** Opens a static file. @default as a stream of Node's */
  openFile?: OpenFile | undefined
}

export async function createApp(
  settings: Settings,
  { toRequest, remoteAddress, upgrade, openFile = streamFile }: Runtime,
): Promise<Hono> {
  await server.init({
    env: settings.env,
    read: (file) => streamFile(join(directory, 'client', data.base, file)),
  })
  const staticFiles = createStaticFiles(directory, data.assets, openFile)
  const respond = (c: Context): Promise<Response> =>
    server.respond(toRequest(c), {
      platform: { env: c.env },
      getClientAddress: () =>
        clientAddress(
          (name) => c.req.header(name),
          () => remoteAddress(c),
          settings,
        ),
    })
  const app = new Hono()
  app.all('*', (c) => {
    // Bun and Deno take a Host that is none, and give a request whose address is none.
    if (!URL.canParse(c.req.url)) return c.text('Bad Request', 400)
    // Deno also takes one with a path of its own (`a/b?c=`), which then is the request's.
    if (/[/?#@\\]/.test(c.req.header('host') ?? '')) return c.text('Bad Request', 400)
    if (isForbiddenMethod(c.req.method)) return c.text('Method Not Allowed', 405)
    return staticFiles(c) ?? upgrade(c, () => respond(c))
  })
  app.onError((error, c) => {
    reportError(error, { stage: `the answer to ${c.req.method} ${c.req.path}` })
    return c.text('Internal Server Error', 500)
  })
  await importApp()
  return app
}
