import process from 'node:process'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { attach, closeConnections, handler } from './build/handler.js'

const own = new Hono()
own.get('/own', (c) => c.text('a route of the own server'))
own.all('*', handler)

const { HOST, PORT = '3000' } = process.env
const server = serve(
  // Otherwise the globals are replaced, and SvelteKit refuses what `fetch` gives.
  { fetch: own.fetch, overrideGlobalObjects: false, hostname: HOST, port: Number(PORT) },
  ({ port }) => console.log(`Listening on http://localhost:${port}`),
)
attach(server)

process.on('SIGTERM', () => {
  void closeConnections().then(() => server.close(() => process.exit()))
})
