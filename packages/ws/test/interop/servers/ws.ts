// The rules of the house (see ../interop.ts) on Node with the package `ws`: node servers/ws.ts
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { WebSocketServer } from 'ws'

let closed = ''
let nuls = 0

function answer({ url = '' }: IncomingMessage): { status: number; body: string; extra?: string } {
  if (url === '/closed') return { status: 200, body: closed }
  if (url === '/nuls') return { status: 200, body: String(nuls) }
  if (url === '/401') return { status: 401, body: 'who are you?' }
  if (url === '/503') return { status: 503, body: 'too busy', extra: 'Retry-After: 1' }
  return { status: 426, body: 'a WebSocket, please' }
}

const server = createServer((request, response) => {
  const { status, body, extra } = answer(request)
  if (extra) response.setHeader(...(extra.split(': ') as [string, string]))
  response.writeHead(status).end(body)
})

const sockets = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => (offered.has('chat.v2') ? 'chat.v2' : false),
})
sockets.on('connection', (socket, { url }) => {
  socket.on('close', (code, reason) => (closed = `${code} ${reason.toString()}`))
  if (url === '/silent') return
  socket.send(`hello ${socket.protocol}`)
  socket.on('message', (data: Buffer, binary) => {
    const text = data.toString()
    const [, code, reason] = /^close (\d+) (.*)/.exec(text) ?? []
    if (!binary && text === '\0') nuls++
    if (!binary && code) socket.close(Number(code), reason)
    else socket.send(data, { binary })
  })
})

server.on('upgrade', (request, socket, head) => {
  const { status, body, extra } = answer(request)
  if (status === 426) {
    sockets.handleUpgrade(request, socket, head, (opened) => {
      sockets.emit('connection', opened, request)
    })
    return
  }
  socket.end(
    `HTTP/1.1 ${status} No\r\n${extra ? `${extra}\r\n` : ''}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
})

server.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
