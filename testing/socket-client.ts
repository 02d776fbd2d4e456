import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import { within } from './eventually.ts'

export interface Refusal {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

/** A WebSocket client that is not ours (`ws`), with a queue, so that no message is missed. */
export interface TestSocket {
  ws: WebSocket
  /** The headers of the 101. */
  handshake: IncomingMessage['headers']
  /** The next message: text as a string, bytes as an array of numbers. */
  next(): Promise<string | number[]>
  /** Messages that came and were not asked for yet. */
  waiting(): (string | number[])[]
  closed: Promise<{ code: number; reason: string }>
}

export interface ConnectOptions extends ClientOptions {
  protocols?: string[]
}

/** @throws the {@link Refusal} when the handshake is answered with anything but 101 */
export async function connect(
  url: string,
  { protocols = [], ...options }: ConnectOptions = {},
): Promise<TestSocket> {
  const ws = new WebSocket(url.replace('http', 'ws'), protocols, options)
  const queue: (string | number[])[] = []
  const wanted: ((message: string | number[]) => void)[] = []
  ws.on('message', (data: Buffer, binary: boolean) => {
    const message = binary ? [...data] : data.toString()
    const want = wanted.shift()
    if (want) want(message)
    else queue.push(message)
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  let handshake: IncomingMessage['headers'] = {}
  ws.on('upgrade', ({ headers }) => (handshake = headers))
  const opened = new Promise<void>((resolve, reject) => {
    ws.on('open', resolve)
    ws.on('error', reject)
    ws.on('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () =>
        reject({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
  })
  await within(opened, 30_000, `open ${url}`)
  return {
    ws,
    handshake,
    closed,
    waiting: () => queue,
    next() {
      const message = queue.shift()
      if (message !== undefined) return Promise.resolve(message)
      return within(new Promise((resolve) => wanted.push(resolve)), 30_000, `message of ${url}`)
    },
  }
}

/** @returns how the handshake was refused */
export async function refusal(url: string, options?: ConnectOptions): Promise<Refusal> {
  try {
    const { ws } = await connect(url, options)
    ws.terminate()
  } catch (refused) {
    if (refused instanceof Error) throw refused
    return refused as Refusal
  }
  throw new Error(`${url} was not refused`)
}
