import { Hono } from 'hono'
import { closeConnections, handler } from './build/handler.js'

const own = new Hono()
own.get('/own', (c) => c.text('a route of the own server'))
own.all('*', handler)

const { HOST, PORT = '3000' } = Deno.env.toObject()
const server = Deno.serve({ hostname: HOST, port: Number(PORT) }, (request, info) =>
  own.fetch(request, info),
)

Deno.addSignalListener('SIGTERM', () => {
  void closeConnections()
    .then(() => server.shutdown())
    .then(() => Deno.exit())
})
