import { ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { reportError } from '@kitrt/core'
import type { HeaderReader } from './header-reader.ts'
import { acceptedStatus, slots } from './slot.ts'
import type { UpgradeSlot } from './slot.ts'

/** What answers the plain requests of a server; may be async. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Reads headers as `Headers` would give them; Hono's copy leaves empty and repeated ones out. */
export function headersOfMessage({ headersDistinct }: IncomingMessage): HeaderReader {
  return (name) => headersDistinct[name]?.join(', ')
}

/** How long a client that was refused has to close its side, in ms. */
const linger = 2_000

/**
 * A real `ServerResponse` on the socket of an upgrade request: it can carry any refusal, headers and body.
 *
 * @returns `undefined`, with the socket destroyed, when an answer to an earlier request is still on
 *   its way there: an upgrade cannot be pipelined
 */
export function createUpgradeResponse(incoming: IncomingMessage): ServerResponse | undefined {
  const { socket } = incoming
  const response = new ServerResponse(incoming)
  response.shouldKeepAlive = false
  // Without a listener a reset would end the process.
  socket.on('error', () => {})
  try {
    response.assignSocket(socket)
  } catch {
    socket.destroy()
    return undefined
  }
  // Without this, refusals larger than the socket's buffer hang on Node and on Deno.
  const drain = (): void => void response.emit('drain')
  socket.on('drain', drain)
  response.once('finish', () => {
    socket.end()
    // Reading on lets the client read the answer (a reset would take it away); the bound is for those
    // who then keep their half open, which Node would hold for ever.
    socket.resume()
    const timer = setTimeout(() => socket.destroy(), linger)
    socket.once('close', () => clearTimeout(timer))
  })
  const { detachSocket } = response
  response.detachSocket = () => {
    socket.off('drain', drain)
    detachSocket.call(response, socket)
  }
  return response
}

/**
 * Runs an upgrade request through the listener of plain requests.
 *
 * @returns the headers for the 101 when a route has filled the slot; `undefined` when the request was
 *   answered in another way, which then has gone out by itself, or its client left
 */
export function answer(
  response: ServerResponse,
  slot: UpgradeSlot,
  listen: () => Promise<void>,
): Promise<Headers | undefined> {
  const { promise, resolve } = Promise.withResolvers<Headers | undefined>()
  const socket = response.req.socket
  const left = (): void => resolve(undefined)
  socket.once('close', left)

  const { writeHead, write, end } = response
  /** Whether the socket has gone on to the handshake, so that nothing more of this answer may reach it. */
  let taken = false
  response.writeHead = (status: number, ...rest: never[]) => {
    response.writeHead = writeHead
    if (!slot.connection || status !== acceptedStatus) {
      resolve(undefined)
      return writeHead.call(response, status, ...rest)
    }
    taken = true
    response.detachSocket(socket)
    socket.off('close', left)
    resolve(new Headers([...headersOf(response.getHeaders()), ...headersOf(rest.at(-1))]))
    return response
  }
  // From the beginning, because middlewares (Vite's compression) keep these functions and call them later.
  response.write = (...chunk: unknown[]) => taken || Reflect.apply(write, response, chunk)
  response.end = (...chunk: unknown[]) => (taken ? response : Reflect.apply(end, response, chunk))

  void slots.run(slot, listen)
  return promise
}

/** Calls a listener, and answers with 500 what it throws at once or later. */
export async function call(listener: Listener, response: ServerResponse): Promise<void> {
  try {
    await listener(response.req, response)
  } catch (error) {
    reportError(error, { stage: `the answer to an upgrade request for ${response.req.url}` })
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end('Internal Server Error')
  }
}

function* headersOf(headers: unknown): Generator<[string, string]> {
  if (typeof headers !== 'object' || headers === null) return
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) yield [name, String(one)]
  }
}
