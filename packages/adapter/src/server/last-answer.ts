import { draining } from './draining.ts'

/**
 * While the server drains, an answer of Bun's or Deno's tells its client to come by another connection
 * next time: a request on this one could meet its end. (On Node see `node.ts`.)
 */
export function lastAnswer(response: Response): Response {
  if (!draining() || !response || response.status === 101) return response
  try {
    response.headers.set('connection', 'close')
    return response
  } catch {
    // The headers of what `fetch` gives cannot be changed.
    const own = new Response(response.body, response)
    own.headers.set('connection', 'close')
    return own
  }
}
