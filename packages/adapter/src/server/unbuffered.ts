/**
 * Has nginx and others pass the events of a stream on as they come: they would collect them.
 * `x-accel-buffering` is what adapter-node says, too.
 */
export function unbuffered(response: Response): Response {
  const { headers } = response
  if (!headers.get('content-type')?.startsWith('text/event-stream')) return response
  if (headers.has('x-accel-buffering')) return response
  // The headers of what `fetch` gives cannot be changed.
  const own = new Response(response.body, response)
  own.headers.set('x-accel-buffering', 'no')
  return own
}
