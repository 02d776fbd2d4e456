// Takes the place of the example's app, so that its servers serve what the contract asks.
import { peers, publish, socket } from '@kitrt/ws'
import { toHonoHandler } from '@kitrt/ws/hono'
import type { HonoEvent } from '@kitrt/ws/hono'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'

interface Env {
  Variables: { from: string }
}

export const app = new Hono<Env>()

app.use(async (c, next) => {
  c.set('from', 'a middleware')
  c.header('x-before', 'yes')
  await next()
  c.header('x-after', 'yes')
})

app.onError((error, c) =>
  error instanceof HTTPException
    ? error.getResponse()
    : c.text(`app.onError: ${error.message}`, 500),
)

const refusals: Record<string, () => Response> = {
  exception() {
    throw new HTTPException(403, { message: 'no entry' })
  },
  response() {
    throw new HTTPException(402, {
      res: new Response('pay first', { headers: { 'x-price': '1' } }),
    })
  },
  error() {
    throw new Error('a fault')
  },
  returned: () => new Response('full', { status: 409, headers: { 'x-why': 'full' } }),
  redirect: () => new Response(null, { status: 303, headers: { location: '/elsewhere' } }),
}

app.get(
  '/refuses/:how',
  toHonoHandler(
    socket(({ params: { how } }: HonoEvent<Env, '/refuses/:how'>) => refusals[how]?.() ?? {}),
  ),
)

const described = socket(({ params, locals, cookies, setHeaders }: HonoEvent<Env>) => {
  setHeaders({ 'x-room': params['room'] ?? '' })
  cookies.set('seen', 'yes')
  cookies.set('plain', '1', { httpOnly: false, sameSite: 'Strict', path: '/rooms' })
  cookies.delete('old')
  return {
    message(peer) {
      const { event } = peer
      peer.send(
        JSON.stringify({
          params: event.params,
          route: event.route.id,
          url: event.url.pathname + event.url.search,
          from: locals.from,
          cookies: event.cookies.getAll(),
          user: event.cookies.get('user'),
          agent: event.headers.get('x-agent'),
          address: event.clientAddress,
        }),
      )
    },
  }
})
const rooms = new Hono<Env>().get('/:room', toHonoHandler(described))
app.route('/rooms', rooms)

app.get(
  '/proxied',
  toHonoHandler(
    socket(({ getClientAddress }) => ({ open: (peer) => peer.send(getClientAddress()) })),
    { getClientAddress: (c) => c.req.header('x-real-ip') ?? '' },
  ),
)

app.get('/news', toHonoHandler(socket(() => ({ open: (peer) => peer.subscribe('news') }))))
app.post('/news', async (c) => c.json(publish('/news', 'news', await c.req.text())))
app.get('/peers', (c) => c.json(peers(c.req.query('route')).length))
app.get('/plain', (c) => c.text('no socket'))
