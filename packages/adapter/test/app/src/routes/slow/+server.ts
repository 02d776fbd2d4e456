import { setTimeout } from 'node:timers/promises'

/** Answers after a while; with `begun`, all but the first part of its body. */
export const fallback = async ({ url }) => {
  const wait = () => setTimeout(Number(url.searchParams.get('ms')))
  if (!url.searchParams.has('begun')) {
    await wait()
    return new Response('done')
  }
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('begun, ')),
    async pull(controller) {
      await wait()
      controller.enqueue(new TextEncoder().encode('done'))
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/html' } })
}
