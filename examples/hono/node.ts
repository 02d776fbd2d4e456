import process from 'node:process'
import { serve } from '@hono/node-server'
import { attach } from '@kitrt/ws/node'
import { app } from './app.ts'

const { HOST, PORT = '3000' } = process.env

const server = serve({ fetch: app.fetch, hostname: HOST, port: Number(PORT) }, ({ port }) =>
  console.log(`Listening on http://localhost:${port}`),
)
attach(server)
