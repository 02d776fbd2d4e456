import { draining } from './draining.ts'

/** Whether the server is for new requests: what a load balancer or an orchestrator asks. */
export function health(): Response {
  return new Response(draining() ? 'draining' : 'ok', {
    status: draining() ? 503 : 200,
    headers: { 'content-type': 'text/plain; charset=UTF-8', 'cache-control': 'no-store' },
  })
}
