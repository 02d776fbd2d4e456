import type { OnError } from '@kitrt/core'
import { parseRetryAfter } from '@kitrt/core/client'
import type { Ending, Fetch } from '@kitrt/core/client'
import { heartbeat } from '../heartbeat.ts'
import { outcomeOf } from './close-codes.ts'
import type { Page } from './environment.ts'
import { createLiveness } from './liveness.ts'
import type { Liveness } from './liveness.ts'
import type { Protocols } from './socket-options.ts'
import { whyRefused } from './why-refused.ts'

/** How a connection, or an attempt at one, ended. */
export interface SocketEnding {
  /** The close code; 1005 for a close without one, 1006 for an end without a close, 3008 when the server did not answer. */
  code: number
  /** What was said with the code; often `''`. */
  reason: string
  /** The HTTP status with which the route refused the handshake, as far as it could be learned; 0 for a redirect, of which browsers tell no more. */
  status: number | undefined
}

/** What is not described here is in `OpenSocketOptions`. */
export interface DialOptions {
  /** With any of the schemes http, https, ws and wss. */
  address: string
  protocols?: Protocols | undefined
  askWhy?: boolean | undefined
  liveness?: number | undefined
  answerTimeout?: number | undefined
  WebSocket: typeof WebSocket
  fetch: Fetch
  page: Page | undefined
  onOpen: (socket: WebSocket) => void
  onMessage: (data: string | ArrayBuffer) => void
  /** Told once, of whichever end; without an outcome when it was stopped. */
  onEnd: (ending: SocketEnding, outcome?: Ending) => void
  onError: OnError
}

/** One attempt at a connection, and the connection that comes of it. Returns its stop, for which twice is once. */
export function dial({
  address,
  protocols = [],
  askWhy = true,
  WebSocket,
  fetch,
  page,
  onOpen,
  onMessage,
  onEnd,
  onError,
  ...timing
}: DialOptions): (code?: number, reason?: string) => void {
  const over = new AbortController()
  const { signal } = over
  let socket: WebSocket | undefined
  let life: Liveness | undefined

  function end(code: number, reason: string, outcome?: Ending, status?: number): void {
    if (signal.aborted) return
    over.abort()
    onEnd({ code, reason, status }, outcome)
  }

  function stop(code = 1000, reason = '', outcome?: Ending): void {
    socket?.close(code, reason)
    end(life ? code : 1006, reason, outcome)
  }

  function connect(offered: string[]): void {
    if (signal.aborted) return
    const opening = new WebSocket(address.replace(/^http/, 'ws'), offered)
    socket = opening
    opening.binaryType = 'arraybuffer'
    const listen = <Type extends keyof WebSocketEventMap>(
      type: Type,
      run: (event: WebSocketEventMap[Type]) => void,
    ): void => opening.addEventListener(type, run, { signal })

    listen('open', () => {
      life = createLiveness({
        ...timing,
        ask: () => opening.send(heartbeat),
        waiting: () => opening.bufferedAmount,
        // IANA's code for a timeout.
        dead: () => stop(3008, 'no answer', { outcome: 'later' }),
      })
      signal.addEventListener('abort', life.stop)
      // What a machine that slept has for open may be long dead. (A page that was in the
      // back/forward cache was closed before, and connects anew.)
      page?.addEventListener('online', life.probe, { signal })
      page?.addEventListener('visibilitychange', () => page.document.hidden || life?.probe(), {
        signal,
      })
      onOpen(opening)
    })
    listen('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      life?.heard()
      if (data !== heartbeat) onMessage(data)
    })
    listen('close', ({ code, reason }) => {
      if (life || !askWhy) {
        // A kitrt server that stops says when to come back.
        const after = parseRetryAfter(reason.split('retry-after=')[1])
        return end(code, reason, { outcome: outcomeOf(code), after })
      }
      void whyRefused(address, fetch, signal).then((refusal) =>
        end(code, reason, refusal, refusal.status),
      )
    })
  }

  if (typeof protocols === 'function') {
    new Promise<string[]>((resolve) => resolve(protocols())).then(connect).catch((error) => {
      onError(error, { stage: 'the protocols of a socket' })
      end(1006, '', { outcome: 'later' })
    })
  } else connect(protocols)

  return stop
}
