// A process of its own: many clients, each with a room to follow, which says how many are live. SIGUSR2
// breaks all of their connections at once.
import process from 'node:process'
import { createSession } from '@kitrt/core/client'
import { room } from '../app/src/lib/channels.ts'
import { transports } from './transports.ts'
import type { TransportName } from './transports.ts'

const [url = '', count = '', rooms = '', transport = '', localAddress] = process.argv.slice(2)

// Node tells of its own client of HTTP, which its WebSockets use as well, by this symbol alone, and
// makes it with the first request.
const dispatcher = Symbol.for('undici.globalDispatcher.1')
if (localAddress) {
  await fetch('data:,').catch(() => {})
  const global = globalThis as unknown as Record<
    symbol,
    { constructor: new (options: object) => never }
  >
  const Agent = global[dispatcher]?.constructor
  if (!Agent) throw new Error('Node has another client of HTTP than the one that we know')
  global[dispatcher] = new Agent({ localAddress })
}

let missed = 0
const clients = Array.from({ length: Number(count) }, (_, index) => {
  const session = createSession({
    url,
    transports: [transports[transport as TransportName]()],
    onError: (error) => console.log(String(error)),
  })
  const { following } = session.follow(
    room,
    { id: `room ${index % Number(rooms)}` },
    { changed() {}, jumped: (_position, lost) => void (missed += lost ? 1 : 0) },
  )
  return { session, following }
})
process.on('SIGUSR2', () => {
  for (const { session } of clients) session.interrupt()
})
setInterval(() => {
  const live = clients.filter(({ following }) => following.status === 'live').length
  console.log(JSON.stringify({ live, missed }))
}, 100)
