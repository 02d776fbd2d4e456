/** Headers that keep proxies from holding events back or storing them. */
const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** The response headers of an event stream; the app's own come second and win. */
export function eventStreamHeaders(own?: HeadersInit): Headers {
  const headers = new Headers(streamHeaders)
  for (const [name, value] of new Headers(own)) headers.set(name, value)
  return headers
}
