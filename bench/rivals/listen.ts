import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, port, say } from './answer.ts'

/** A server of `node:http`, on any runtime. */
export function listen(
  publish: (event: { text: string }) => unknown,
  other: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    void response.writeHead(404).end(),
): Server {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', publish).then((text) =>
      text === undefined ? other(request, response) : response.end(text),
    )
  })
  return server.listen(port, '127.0.0.1', () => say((server.address() as AddressInfo).port))
}
