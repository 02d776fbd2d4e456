import { Hono } from 'hono'

const app = new Hono()

app.use(async (c, next) => {
  await next()
  if (c.req.query('marked') !== undefined) c.header('x-marked', String(c.res.status))
})

app.get('/hono/:name', (c) => c.json({ hello: c.req.param('name') }))
app.post('/hono/echo', async (c) => c.text(await c.req.text()))
app.get('/hono/fault/now', () => {
  throw new Error('a fault of the own app')
})

export default app
