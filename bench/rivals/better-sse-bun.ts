import { port, say } from './answer.ts'
import { fetch } from './better-sse.ts'

say(Bun.serve({ hostname: '127.0.0.1', port, idleTimeout: 0, fetch }).port ?? 0)
