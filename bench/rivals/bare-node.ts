// The control: frames are built once, and each connection gets one write in a turn.
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { frame, opcodes } from '../../testing/frame.ts'
import { createBatch, eventOf } from './batch.ts'
import { listen } from './listen.ts'

const handshakes = new WebSocketServer({ noServer: true })
const sockets = new Set<Socket>()
const streams = new Set<ServerResponse>()

const publish = createBatch((message) => {
  const framed = frame(opcodes.text, message, { masked: false })
  for (const socket of sockets) socket.write(framed)
  const event = Buffer.from(eventOf(message))
  for (const stream of streams) stream.write(event)
})

const server = listen(publish, (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  streams.add(response)
})
server.on('upgrade', (request, socket, head) =>
  handshakes.handleUpgrade(request, socket, head, () => sockets.add(socket as Socket)),
)
