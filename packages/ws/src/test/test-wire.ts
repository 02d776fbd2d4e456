import { KitrtError } from '@kitrt/core'
import type { RawData } from '../codec.ts'
import type { Connection } from '../connection.ts'
import type { SocketData } from '../peer.ts'
import type { Wire } from '../wire.ts'

/** The browser's end of a socket that a test has opened. */
export interface TestClient<Send, Receive> {
  /** Sends a message to the route; a value, where the route has schemas. */
  send(message: Send): void
  /** The next message of the route, in order. Rejects when the socket has closed and none is left. */
  next(): Promise<Receive>
  /** Closes the socket, as a browser's `close` does. Closing twice does nothing. */
  close(code?: number, reason?: string): void
  /** Vanishes without a word, as a phone in a tunnel does: the route sees 1006. */
  vanish(): void
  /** How it ended, whoever ended it. */
  readonly closed: Promise<{ code: number; reason: string }>
  /** The subprotocol that the route has chosen. */
  readonly protocol: string
}

/** Two ends of a socket without a network. What one end does reaches the other in a microtask. */
export function createTestWire(connection: Connection): {
  wire: Wire
  client: TestClient<unknown, unknown>
} {
  const arrived: unknown[] = []
  const wanted: PromiseWithResolvers<unknown>[] = []
  const { promise: closed, resolve } = Promise.withResolvers<{ code: number; reason: string }>()
  let over = false

  function end(code: number, reason: string): void {
    if (over) return
    over = true
    queueMicrotask(() => {
      connection.closed(code, reason)
      resolve({ code, reason })
      for (const { reject } of wanted.splice(0)) reject(ended())
    })
  }

  return {
    wire: {
      bufferedAmount: () => 0,
      send(data) {
        if (over) return
        const message = connection.json ? (JSON.parse(data as string) as unknown) : copy(data)
        const want = wanted.shift()
        if (want) want.resolve(message)
        else arrived.push(message)
      },
      close: end,
      terminate: () => end(1006, ''),
      onDrain: queueMicrotask,
    },
    client: {
      closed,
      protocol: connection.protocol,
      send(message) {
        const data = connection.json ? JSON.stringify(message) : copy(message as RawData)
        queueMicrotask(() => {
          if (!over) connection.received(data)
        })
      },
      next() {
        if (arrived.length > 0) return Promise.resolve(arrived.shift())
        if (over) return Promise.reject(ended())
        const want = Promise.withResolvers<unknown>()
        wanted.push(want)
        return want.promise
      },
      close: (code = 1000, reason = '') => end(code, reason),
      vanish: () => end(1006, ''),
    },
  }
}

const ended = (): KitrtError => new KitrtError('closed', 'The socket has closed.')

/** As the network would: what is changed later was sent as it was. */
function copy(data: RawData): SocketData {
  if (typeof data === 'string') return data
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
  return bytes.slice()
}
