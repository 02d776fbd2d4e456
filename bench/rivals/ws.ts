// `ws` as its README broadcasts: encoded once, sent in a loop.
import { WebSocket, WebSocketServer } from 'ws'
import { listen } from './listen.ts'

const sockets = new WebSocketServer({ noServer: true })

const server = listen((event) => {
  const text = JSON.stringify(event)
  for (const socket of sockets.clients) {
    if (socket.readyState === WebSocket.OPEN) socket.send(text)
  }
})
server.on('upgrade', (request, socket, head) =>
  sockets.handleUpgrade(request, socket, head, () => {}),
)
