import type { ClientTransport } from '@kitrt/core/client'
import { outcomeOf } from './close-codes.ts'
import type { Protocols } from './socket-options.ts'

export interface WebsocketOptions {
  /** Subprotocols to offer; a function is asked anew for each connection. @default [] */
  protocols?: Protocols | undefined
  /** Whether all tabs of one browser and user share one socket. @default false */
  share?: boolean | undefined
  /** @default the browser's */
  WebSocket?: typeof WebSocket | undefined
}

/** Follows channels over WebSockets; see `connect` of `@kitrt/core/client`. */
export function websocket({
  protocols = [],
  share = false,
  WebSocket = globalThis.WebSocket,
}: WebsocketOptions = {}): ClientTransport {
  return {
    name: 'websocket',
    share,
    open({ url, greeting, onMessage, onEnd }) {
      const over = new AbortController()
      const { signal } = over
      let socket: WebSocket | undefined
      let opened = false

      function end(ending: Parameters<typeof onEnd>[0]): void {
        if (signal.aborted) return
        over.abort()
        onEnd(ending)
      }

      function connect(offered: string[]): void {
        if (signal.aborted) return
        const opening = new WebSocket(url.replace(/^http/, 'ws'), offered)
        socket = opening
        opening.addEventListener('open', () => {
          if (signal.aborted) return opening.close()
          opened = true
          opening.send(greeting)
        })
        opening.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          if (!signal.aborted && typeof data === 'string') onMessage(data)
        })
        opening.addEventListener('close', ({ code }) => {
          if (signal.aborted) return
          if (opened) return end({ outcome: outcomeOf(code) === 'refused' ? 'refused' : 'later' })
          // Who can connect never needs it; who cannot load it cannot reach the server either.
          import('./why-refused.ts')
            .then(({ whyRefused }) => whyRefused(url, (...request) => fetch(...request), signal))
            .then(end, () => end({ outcome: 'later' }))
        })
      }

      // Also turns what throws into an ending, and that comes after `open` has returned.
      new Promise<string[]>((resolve) => {
        resolve(typeof protocols === 'function' ? protocols() : protocols)
      })
        .then(connect)
        .catch(() => end({ outcome: 'later' }))

      return {
        send(message) {
          if (socket?.readyState === 1) socket.send(message)
        },
        close() {
          over.abort()
          socket?.close()
        },
      }
    },
  }
}
