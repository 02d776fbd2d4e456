// The control: each connection gets one message in a turn, by Deno's own sockets and streams.
import { answer, port, say } from './answer.ts'
import { createBatch } from './batch.ts'
import { openStream, writeToStreams } from './streams.ts'

const sockets = new Set<WebSocket>()

const publish = createBatch((message) => {
  for (const socket of sockets) socket.send(message)
  writeToStreams(message)
})

Deno.serve(
  { hostname: '127.0.0.1', port, onListen: (address) => say(address.port) },
  async (request) => {
    if (request.headers.has('upgrade')) {
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 })
      socket.addEventListener('open', () => sockets.add(socket))
      return response
    }
    const text = await answer(request.url, publish)
    return text === undefined ? openStream() : new Response(text)
  },
)
