// The control: each connection gets one message in a turn, by Bun's own publish.
import { answer, port, say } from './answer.ts'
import { createBatch } from './batch.ts'
import { openStream, writeToStreams } from './streams.ts'

const publish = createBatch((message) => {
  server.publish('all', message)
  writeToStreams(message)
})

const server = Bun.serve({
  hostname: '127.0.0.1',
  port,
  idleTimeout: 0,
  websocket: {
    open: (socket) => void socket.subscribe('all'),
    message() {},
  },
  async fetch(request, bun) {
    if (bun.upgrade(request, {})) return undefined
    const text = await answer(request.url, publish)
    return text === undefined ? openStream() : new Response(text)
  },
})
say(server.port ?? 0)
