import { createChannel, createResponse } from 'better-sse'
import { answer } from './answer.ts'

const channel = createChannel()

/** better-sse as it is used with `fetch`. */
export async function fetch(request: Request): Promise<Response> {
  const text = await answer(request.url, (event) => channel.broadcast(event))
  if (text !== undefined) return new Response(text)
  return createResponse(request, (session) => void channel.register(session))
}
