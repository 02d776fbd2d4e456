import { Hono } from 'hono'
import { closeConnections, handler, websocket } from './build/handler.js'

const own = new Hono()
own.get('/own', (c) => c.text('a route of the own server'))
own.all('*', handler)

const { HOST, PORT = '3000' } = process.env
const server = Bun.serve({
  fetch: (request, bun) => own.fetch(request, { server: bun }),
  websocket,
  hostname: HOST,
  port: Number(PORT),
})
console.log(`Listening on ${server.url.origin}`)

process.on('SIGTERM', () => {
  void closeConnections()
    .then(() => server.stop())
    .then(() => process.exit())
})
