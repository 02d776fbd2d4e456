import { KitrtError } from '@kitrt/core'
import { createLiveValue, createReconnector } from '@kitrt/core/client'
import type {
  Attempt,
  BackoffOptions,
  ConnectionStatus,
  CreateSubscriber,
  Fetch,
  ReconnectorOptions,
} from '@kitrt/core/client'
import { endingOf } from './close-codes.ts'
import { whyRefused } from './why-refused.ts'

export interface OpenSocketOptions extends BackoffOptions {
  /** Subprotocols to offer. @default [] */
  protocols?: string[] | undefined
  /** How many messages may wait for the connection to come back; more are refused. @default 100 */
  maxQueue?: number | undefined
}

/** What a browser gives, handed in so that tests need none. */
export interface SocketEnvironment {
  /** Whether there is a browser; on the server nothing ever connects. */
  live: boolean
  createSubscriber: CreateSubscriber
  WebSocket: typeof WebSocket
  fetch: Fetch
  network: ReconnectorOptions['network']
  /** The page's address, which relative addresses are relative to. */
  base: string | undefined
}

/** A socket that keeps itself up. It connects with its first reader (`$socket`, `socket.current`, `subscribe`) and closes with its last. */
export interface ClientSocket {
  /** The message that came last; `undefined` before the first, and on the server. */
  readonly current: string | ArrayBuffer | undefined
  /** Where the connection is. Reading it opens nothing. */
  readonly status: ConnectionStatus
  /** The store contract. `run` is called for every message, one by one, with none left out. */
  subscribe(run: (message: string | ArrayBuffer | undefined) => void): () => void
  /**
   * Sends a message, now or when the connection is back.
   *
   * @returns `sent`, `queued`, or `refused`: the queue is full, or there is no connection to wait for
   */
  send(
    data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob,
  ): 'sent' | 'queued' | 'refused'
  /** Closes until `connect`, whoever still reads. Closing twice does nothing. */
  close(): void
  /** Connects again after `close` or a refusal. */
  connect(): void
}

export function createSocket(
  url: string | URL,
  { protocols = [], maxQueue = 100, ...backoff }: OpenSocketOptions,
  { live, createSubscriber, WebSocket, fetch, network, base }: SocketEnvironment,
): ClientSocket {
  if (live && !URL.canParse(url, base)) {
    throw new KitrtError('bad-argument', `openSocket() expected a URL, got '${String(url)}'`)
  }
  let socket: WebSocket | undefined
  let queue: (string | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob)[] = []

  function open(attempt: Attempt): () => void {
    const address = new URL(url, base)
    address.protocol = address.protocol.replace('http', 'ws')
    const opening = new WebSocket(address, protocols)
    opening.binaryType = 'arraybuffer'
    let opened = false
    let stopped = false

    opening.addEventListener('open', () => {
      if (stopped) return
      opened = true
      socket = opening
      const waiting = queue
      queue = []
      for (const data of waiting) opening.send(data)
      attempt.opened()
    })
    opening.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (!stopped) value.set(data)
    })
    opening.addEventListener('close', ({ code }) => {
      if (socket === opening) socket = undefined
      if (opened) return attempt.ended(endingOf(code))
      if (!stopped) void whyRefused(address, fetch).then(attempt.ended)
    })

    return () => {
      stopped = true
      if (socket === opening) socket = undefined
      opening.close()
    }
  }

  const reconnector = createReconnector({
    ...backoff,
    network,
    open,
    onStatus(status) {
      // Nothing will bring these back by itself, so what waits would wait for ever.
      if (status === 'refused' || status === 'closed' || status === 'idle') queue = []
      shown.set(status)
    },
  })

  const shown = createLiveValue<ConnectionStatus>({ initial: 'idle', live, createSubscriber })
  const value = createLiveValue<string | ArrayBuffer | undefined>({
    initial: undefined,
    live,
    createSubscriber,
    start() {
      // A socket that was closed on purpose waits for `connect`, whoever comes to read.
      if (reconnector.status === 'idle') reconnector.start()
      return () => {
        if (reconnector.status !== 'closed') reconnector.stop()
      }
    },
  })

  return {
    get current() {
      return value.current
    },
    get status() {
      return shown.current
    },
    subscribe: value.subscribe,
    send(data) {
      // A socket that is closing takes everything and sends nothing.
      if (socket?.readyState === 1) {
        socket.send(data)
        return 'sent'
      }
      const { status } = reconnector
      const coming = status === 'connecting' || status === 'waiting' || status === 'offline'
      if (!coming || queue.length >= maxQueue) return 'refused'
      queue.push(data)
      return 'queued'
    },
    close: () => reconnector.stop('closed'),
    connect() {
      if (live) reconnector.start()
    },
  }
}
