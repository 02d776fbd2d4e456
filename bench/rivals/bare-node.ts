// The control: frames are built once, and each connection gets one write in a turn.
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Sender, WebSocketServer } from 'ws'
import { createBatch, eventOf } from './batch.ts'
import { listen } from './listen.ts'

const handshakes = new WebSocketServer({ noServer: true })
const sockets = new Set<Socket>()
const streams = new Set<ServerResponse>()

/** Left out of the types: the header and the payload of a frame. */
const { frame } = Sender as unknown as { frame(data: Buffer, options: object): Buffer[] }
const options = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: false }

const publish = createBatch((message) => {
  const framed = Buffer.concat(frame(Buffer.from(message), options))
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
