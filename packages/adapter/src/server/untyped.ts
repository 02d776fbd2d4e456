/**
 * A response without a type, as it is. Bun (1.4.4) calls one of bytes `application/octet-stream`,
 * and browsers then save SvelteKit's own plain texts, such as its 405, as a file; of a stream that is
 * not its own it says nothing. (One of text without a length, Bun calls text.)
 */
export function untyped(response: Response): Response {
  const { headers } = response
  if (headers.has('content-type') || !headers.has('content-length')) return response
  // Not before: looked at, the body of a text is bytes for Bun.
  const reader = response.body?.getReader()
  if (!reader) return response
  const passed = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return new Response(passed, response)
}
