// The rules of the house (see ../interop.ts) on a bare Bun.serve: bun servers/bun.ts
import process from 'node:process'

let closed = ''
let nuls = 0

interface Data {
  silent: boolean
  protocol: string
}

const server = Bun.serve<Data>({
  hostname: '127.0.0.1',
  port: Number(process.env['PORT']),
  fetch(request, bun) {
    const { pathname } = new URL(request.url)
    if (pathname === '/closed') return new Response(closed)
    if (pathname === '/nuls') return new Response(String(nuls))
    if (pathname === '/401') return new Response('who are you?', { status: 401 })
    if (pathname === '/503') {
      return new Response('too busy', { status: 503, headers: { 'retry-after': '1' } })
    }
    const offered = request.headers.get('sec-websocket-protocol') ?? ''
    const protocol = offered.includes('chat.v2') ? 'chat.v2' : ''
    const taken = bun.upgrade(request, {
      data: { silent: pathname === '/silent', protocol },
      headers: protocol ? { 'sec-websocket-protocol': protocol } : {},
    })
    return taken ? undefined : new Response('a WebSocket, please', { status: 426 })
  },
  websocket: {
    open(socket) {
      if (!socket.data.silent) socket.send(`hello ${socket.data.protocol}`)
    },
    message(socket, data) {
      if (socket.data.silent) return
      if (data === '\0') nuls++
      const [, code, reason] = /^close (\d+) (.*)/.exec(String(data)) ?? []
      if (code) socket.close(Number(code), reason)
      else socket.send(data)
    },
    close(_socket, code, reason) {
      closed = `${code} ${reason}`
    },
  },
})
console.log(`http://127.0.0.1:${server.port}`)
