// Serves the app that is built in the working directory by @hono/node-ws and @hono/node-server 1, as a
// server of one's own would.
import type { Server } from 'node:http'
import { join } from 'node:path'
import process from 'node:process'
import { serve } from '@hono/node-server'
import type { HttpBindings } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { attach } from '@kitrt/ws/node'
import { createReadableStream, getRequest } from '@sveltejs/kit/node'
import { Hono } from 'hono'
import { helper } from './helper.ts'

interface Build {
  directory: string
  data: { trustedOrigins: string[] }
  server: {
    init(options: { env: NodeJS.ProcessEnv; read: (file: string) => ReadableStream }): Promise<void>
    respond(request: Request, options: { getClientAddress: () => string }): Promise<Response>
  }
}

const {
  directory,
  data,
  server: kit,
} = (await import(join(process.cwd(), 'build', 'kitrt.js'))) as Build

await kit.init({
  env: process.env,
  read: (file) => createReadableStream(join(directory, 'client', file)),
})

const app = new Hono<{ Bindings: HttpBindings }>()
app.use(serveStatic({ root: 'build/client' }))
app.all('*', ({ env: { incoming, outgoing }, req }) =>
  kit.respond(
    getRequest({ base: new URL(req.url).origin, request: incoming, response: outgoing }),
    { getClientAddress: () => incoming.socket.remoteAddress ?? '' },
  ),
)

const { HOST: hostname = '127.0.0.1', PORT = '3000' } = process.env
const server = serve(
  { fetch: app.fetch, hostname, port: Number(PORT), overrideGlobalObjects: false },
  ({ address, port }) => console.log(`Listening on http://${address}:${port}`),
)
attach(server as Server, undefined, { helper, trusted: data.trustedOrigins })
