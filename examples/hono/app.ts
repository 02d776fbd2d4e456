import { peers, socket } from '@kitrt/ws'
import { toHonoHandler } from '@kitrt/ws/hono'
import type { HonoEvent } from '@kitrt/ws/hono'
import { Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { HTTPException } from 'hono/http-exception'

interface Env {
  Variables: { user: string | undefined }
}

export const app = new Hono<Env>()

app.use(async (c, next) => {
  c.set('user', getCookie(c, 'user'))
  await next()
})

app.get('/', (c) => c.text(`${peers('/chat/:room').length} are here.\n`))

const chat = socket(({ locals, params }: HonoEvent<Env, '/chat/:room'>) => {
  const { user } = locals
  if (!user) throw new HTTPException(401, { message: 'Say who you are first.' })
  return {
    open: (peer) => peer.subscribe(params.room),
    message(peer, data) {
      const line = `${user}: ${String(data)}`
      peer.send(line)
      peer.publish(params.room, line)
    },
  }
})

app.get('/chat/:room', toHonoHandler(chat))
