import { error } from '@sveltejs/kit'

/** `512K`, `10M`, `1G`, a number of bytes, or `Infinity`; as adapter-node reads `BODY_SIZE_LIMIT`. `NaN` for anything else. */
export function parseBytes(value: string): number {
  const [, number, unit = ''] = /^(\d+|Infinity)([KMG]?)$/i.exec(value.trim()) ?? []
  return Number(number) * 1024 ** ' KMG'.indexOf(unit.toUpperCase() || ' ')
}

/** What SvelteKit answers with 413 when it comes out of a body or a handler. */
function tooLarge(): unknown {
  try {
    return error(413, 'Payload Too Large')
  } catch (thrown) {
    return thrown
  }
}

/** A request whose body ends with an error at the limit, in bytes. */
export function limitBody(request: Request, limit: number): Request {
  if (!request.body || limit === Infinity) return request
  let size = Number(request.headers.get('content-length') ?? 0)
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      if (size > limit) controller.error(tooLarge())
      size = 0
    },
    transform(chunk, controller) {
      size += chunk.byteLength
      if (size > limit) controller.error(tooLarge())
      else controller.enqueue(chunk)
    },
  })
  const body = request.body.pipeThrough(counted)
  return new Request(request, { body, duplex: 'half' } as RequestInit)
}
