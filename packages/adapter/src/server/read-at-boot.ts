import { atBoot } from '@kitrt/core/server'
import { hasStaticBody } from './deno-static-body.ts'

/**
 * A response whose stream, where it is one, is pulled in no request's context. Deno pulls it in
 * whatever context it holds at the time, which may be another request's (see `atBoot`).
 */
export function readAtBoot(response: Response): Response {
  // What has its length is no stream of the app's making, and Deno sends it in one go; but not when
  // its body has been looked at, which makes a stream of it.
  if (hasStaticBody(response) || response.headers.has('content-length')) return response
  const { body } = response
  if (!body) return response
  const reader = body.getReader()
  const pulled = new ReadableStream<Uint8Array>(
    {
      pull: (controller) =>
        atBoot(async () => {
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        }),
      cancel: (reason) => atBoot(() => reader.cancel(reason)),
    },
    // Nothing is read ahead of the client.
    { highWaterMark: 0 },
  )
  return new Response(pulled, response)
}
