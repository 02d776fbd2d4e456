import type { Context } from 'hono'
import { draining } from './draining.ts'

/** Whether the server is for new requests: what a load balancer or an orchestrator asks. */
export function health(c: Context): Response {
  c.header('cache-control', 'no-store')
  return draining() ? c.text('draining', 503) : c.text('ok')
}
