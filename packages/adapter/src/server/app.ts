import { join } from 'node:path'
import { data, directory, server } from '#kitrt/build'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { createStaticFiles, openFile } from './static-files.ts'

/** What a runtime's file brings to the app that all runtimes share. */
export interface Runtime {
  /** SvelteKit's request. Node makes it anew, since that of @hono/node-server is no real one. */
  toRequest(c: Context): Request
  /** The address at the other end of the connection. */
  remoteAddress(c: Context): string
  /** Sees each request on its way to SvelteKit, and may turn it into a socket. */
  upgrade(c: Context, respond: () => Promise<Response>): Promise<Response>
}

export async function createApp(
  env: Record<string, string | undefined>,
  { toRequest, remoteAddress, upgrade }: Runtime,
): Promise<Hono> {
  await server.init({
    env,
    read: (file) => openFile(join(directory, 'client', data.base, file)),
  })
  const staticFiles = createStaticFiles(directory, data.assets)
  const respond = (c: Context): Promise<Response> =>
    server.respond(toRequest(c), {
      platform: { env: c.env },
      getClientAddress: () => remoteAddress(c),
    })
  const app = new Hono()
  app.all('*', (c) => staticFiles(c) ?? upgrade(c, () => respond(c)))
  return app
}
