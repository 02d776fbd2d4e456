import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { reportError } from '@kitrt/core'
import { setResponse } from '@sveltejs/kit/node'
import type { Direct } from './server-runtime.ts'
import type { StaticAnswer } from './static-files.ts'

/**
 * Answers a plain request without a `Request` in between, which costs as much as a small answer.
 *
 * @returns `false` for what the listener of @hono/node-server must look at
 */
export function answerDirectly(
  { file, respond }: Direct,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): boolean {
  const { host, upgrade } = incoming.headers
  if (!host || upgrade !== undefined || !incoming.url?.startsWith('/')) return false
  const url = URL.parse(`http://${host}${incoming.url}`)
  if (!url) return false
  // All that is looked at of a request: its method. The rest is asked of Node's own.
  const request = incoming as unknown as Request
  const env = { incoming, outgoing }
  const answer = file(request, env, url)
  if (answer === undefined) {
    respond(request, env, url)
      .then((response) => setResponse(outgoing, response))
      .catch((error: unknown) => {
        reportError(error, { stage: `the answer to ${incoming.url}` })
        outgoing.destroy()
      })
  } else if (answer instanceof Response) setResponse(outgoing, answer)
  else send(outgoing, answer)
  return true
}

function send(outgoing: ServerResponse, { status, headers, body }: StaticAnswer): void {
  outgoing.writeHead(status, headers)
  if (!body) return void outgoing.end()
  const { file, start, end } = body
  // The head has gone out, so a file that cannot be read can only end the connection.
  pipeline(createReadStream(file, { start, end }), outgoing, () => {})
}
