// The rules of the house (see ../interop.ts) on a bare Deno.serve: deno run -A servers/deno.ts
import process from 'node:process'

let closed = ''
let nuls = 0

Deno.serve(
  {
    hostname: '127.0.0.1',
    port: Number(process.env['PORT']),
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  },
  (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/closed') return new Response(closed)
    if (pathname === '/nuls') return new Response(String(nuls))
    if (pathname === '/401') return new Response('who are you?', { status: 401 })
    if (pathname === '/503') {
      return new Response('too busy', { status: 503, headers: { 'retry-after': '1' } })
    }
    if (request.headers.get('upgrade') !== 'websocket') {
      return new Response('a WebSocket, please', { status: 426 })
    }
    const offered = request.headers.get('sec-websocket-protocol') ?? ''
    const protocol = offered.includes('chat.v2') ? 'chat.v2' : ''
    const { socket, response } = Deno.upgradeWebSocket(request, protocol ? { protocol } : {})
    socket.addEventListener('close', ({ code, reason }) => (closed = `${code} ${reason}`))
    if (pathname === '/silent') return response
    socket.addEventListener('open', () => socket.send(`hello ${protocol}`))
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (data === '\0') nuls++
      const [, code, reason] = (typeof data === 'string' && /^close (\d+) (.*)/.exec(data)) || []
      if (code) socket.close(Number(code), reason)
      else socket.send(data)
    })
    return response
  },
)
