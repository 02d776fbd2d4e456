// Socket.IO over more than one process, by its adapter for Redis that ADAPTER names.
import process from 'node:process'
import { createAdapter as createPubSub } from '@socket.io/redis-adapter'
import { createAdapter as createStreams } from '@socket.io/redis-streams-adapter'
import { createClient } from 'redis'
import { Server } from 'socket.io'
import { listen } from './listen.ts'

const { REDIS_URL = '', ADAPTER } = process.env
// What it reads of a stream it expects as Redis 6 said it.
const client = createClient({ url: REDIS_URL, RESP: 2 })
const other = client.duplicate()
await Promise.all([client.connect(), other.connect()])

const server = listen((event) => io.to('all').emit('event', event))
const io = new Server(server, {
  transports: ['websocket'],
  adapter: ADAPTER === 'streams' ? createStreams(client) : createPubSub(client, other),
})
io.on('connection', (socket) => void socket.join('all'))
