import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

const app = new Hono()

app.use(secureHeaders())
app.get('/api/time', (c) => c.json({ time: new Date() }))

export default app
