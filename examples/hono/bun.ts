import { createBunUpgrade, createBunWebSocket } from '@kitrt/ws/bun'
import { Hono } from 'hono'
import { app } from './app.ts'

const { HOST, PORT = '3000' } = process.env

const { fetch } = new Hono().use(createBunUpgrade()).route('/', app)

const server = Bun.serve({
  fetch,
  websocket: createBunWebSocket(),
  hostname: HOST,
  port: Number(PORT),
})
console.log(`Listening on ${server.url.origin}`)
