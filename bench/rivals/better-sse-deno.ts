import { port, say } from './answer.ts'
import { fetch } from './better-sse.ts'

Deno.serve({ hostname: '127.0.0.1', port, onListen: (address) => say(address.port) }, fetch)
