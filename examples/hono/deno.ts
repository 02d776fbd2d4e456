import { createDenoUpgrade } from '@kitrt/ws/deno'
import { Hono } from 'hono'
import { app } from './app.ts'

const { HOST, PORT = '3000' } = Deno.env.toObject()

const { fetch } = new Hono().use(createDenoUpgrade()).route('/', app)

Deno.serve({ hostname: HOST, port: Number(PORT) }, (request, info) => fetch(request, info))
