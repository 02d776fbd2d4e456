import { ServerResponse } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'

/** Statuses whose responses have no body (fetch standard, section 2.2.6). */
const bodiless = new Set([204, 205, 304])

export interface Capture {
  /** To be answered by a server's middlewares; nothing of it goes to the client by itself. */
  response: ServerResponse
  /** What they have answered, as soon as its head is there. */
  answered: Promise<Response>
}

/** Turns what Node's middlewares answer into a `Response`, so that those of Hono can go on with it. */
export function captureResponse(request: IncomingMessage): Capture {
  const { promise: answered, resolve } = Promise.withResolvers<Response>()
  const response = new ServerResponse(request)
  let head = false
  let ended = false
  let controller: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({
    start: (own) => {
      controller = own
    },
    pull: () => void response.emit('drain'),
    cancel: () => finish(),
  })

  const finish = (): void => {
    if (ended) return
    ended = true
    response.emit('close')
  }
  const begin = (status = response.statusCode, headers: OutgoingHttpHeaders = {}): void => {
    if (head) return
    head = true
    const all = new Headers()
    for (const [name, value] of Object.entries({ ...response.getHeaders(), ...headers })) {
      for (const one of [value].flat()) if (one !== undefined) all.append(name, String(one))
    }
    resolve(new Response(bodiless.has(status) ? null : body, { status, headers: all }))
  }
  const send = (chunk: unknown, encoding: unknown): boolean => {
    begin()
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : (chunk as Uint8Array)
    if (!ended && bytes?.byteLength) controller.enqueue(bytes)
    return (controller.desiredSize ?? 0) > 0
  }

  Object.defineProperty(response, 'headersSent', { get: () => head })
  response.flushHeaders = () => begin()
  response.writeHead = (status: number, ...rest: unknown[]) => {
    begin(status, rest.at(-1) as OutgoingHttpHeaders | undefined)
    return response
  }
  response.write = (chunk: unknown, ...rest: unknown[]) => {
    const more = send(chunk, rest[0])
    told(rest)
    return more
  }
  response.end = (...rest: unknown[]) => {
    if (ended) return response
    send(typeof rest[0] === 'function' ? undefined : rest[0], rest[1])
    controller.close()
    told(rest)
    response.emit('finish')
    finish()
    return response
  }
  // The client has left, or a middleware gave up.
  response.destroy = (error?: Error) => {
    begin(500)
    if (!ended) controller.error(error ?? new Error('The answer was given up'))
    finish()
    return response
  }
  return { response, answered }
}

/** Calls back who has given a callback as the last argument. */
function told(rest: unknown[]): void {
  const last = rest.at(-1)
  if (typeof last === 'function') queueMicrotask(() => void Reflect.apply(last, undefined, []))
}
