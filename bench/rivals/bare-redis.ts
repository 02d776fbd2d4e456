// The control: an event is stored and published by a script, and whoever hears it writes it to each socket.
import type { Socket } from 'node:net'
import process from 'node:process'
import { createClient } from 'redis'
import { WebSocketServer } from 'ws'
import { frame, opcodes } from '../../testing/frame.ts'
import { bareScript } from '../bare-script.ts'
import { createBatch } from './batch.ts'
import { listen } from './listen.ts'

const client = createClient({ url: process.env['REDIS_URL'] ?? '' })
const other = client.duplicate()
await Promise.all([client.connect(), other.connect()])
const script = await client.scriptLoad(bareScript)

const handshakes = new WebSocketServer({ noServer: true })
const sockets = new Set<Socket>()
const write = createBatch((message) => {
  const framed = frame(opcodes.text, message, { masked: false })
  for (const socket of sockets) socket.write(framed)
})
await other.subscribe('told', (text) => write(JSON.parse(text) as { text: string }))

const server = listen((event) =>
  client.evalSha(script, { keys: ['log'], arguments: ['told', JSON.stringify(event)] }),
)
server.on('upgrade', (request, socket, head) =>
  handshakes.handleUpgrade(request, socket, head, () => sockets.add(socket as Socket)),
)
