import { createReconnector } from '@kitrt/core/client'
import type {
  Attempt,
  BackoffOptions,
  Fetch,
  Reconnector,
  ReconnectorOptions,
} from '@kitrt/core/client'
import type { EventSourceMessage } from 'eventsource-parser'
import { endingOf } from './http-ending.ts'
import { readEventStream } from './read-event-stream.ts'
import type { EventReaderOptions } from './read-event-stream.ts'

type MaybePromise<T> = T | Promise<T>

export interface StreamRequest {
  /** @default 'GET' */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'QUERY' | undefined
  /** A function is asked anew for each attempt, for fresh tokens. */
  headers?: HeadersInit | (() => MaybePromise<HeadersInit>) | undefined
  body?: BodyInit | undefined
  /** @default 'same-origin' */
  credentials?: RequestCredentials | undefined
}

export interface LimitOptions {
  /**
   * Silence after which the stream counts as lost, in ms; `Infinity` for never, which a server
   * without heartbeats needs. A kitrt route beats every 15 s. @default 45_000
   */
  liveness?: number | undefined
  /** The longest event that is taken, in characters; over it the stream counts as lost. @default 16_777_216 */
  maxEvent?: number | undefined
}

export interface StreamConnectionOptions extends BackoffOptions, LimitOptions {
  url: string | URL
  request: StreamRequest
  fetch: Fetch
  network: ReconnectorOptions['network']
  onEvent: (event: EventSourceMessage) => void
  onStatus: ReconnectorOptions['onStatus']
  /** Told what ended an attempt that was not to end: a fault of the network, or an answer that is no stream. */
  onTrouble: (error: unknown, response: Response | undefined) => void
}

/** Keeps one event stream up, and resumes it with the id of the last event that came. */
export function createStreamConnection({
  url,
  request: { headers, ...request },
  fetch,
  liveness = 45_000,
  maxEvent = 2 ** 24,
  onEvent,
  onTrouble,
  ...options
}: StreamConnectionOptions): Reconnector {
  let lastEventId = ''

  async function read(attempt: Attempt, signal: AbortSignal, alive: () => void): Promise<void> {
    const sent = new Headers(typeof headers === 'function' ? await headers() : headers)
    sent.set('accept', 'text/event-stream')
    if (lastEventId) sent.set('last-event-id', toByteString(lastEventId))
    const response = await fetch(url, { ...request, headers: sent, signal, cache: 'no-store' })
    const type = response.headers.get('content-type') ?? ''
    if (response.status !== 200 || !response.body || !/^text\/event-stream\b/i.test(type)) {
      await response.body?.cancel()
      onTrouble(undefined, response)
      // A 200 with another type is a page, not a stream: trying again would fetch it for ever.
      return attempt.ended(endingOf(response.status, response.headers))
    }
    attempt.opened()
    const reading: EventReaderOptions = {
      maxEvent,
      onEvent(event) {
        lastEventId = event.id ?? lastEventId
        onEvent(event)
      },
      onRetry: (ms) => reconnector.setBase(ms),
    }
    if (!(await readEventStream(response.body, signal, reading, alive))) return
    attempt.ended({ outcome: 'later' })
  }

  const reconnector = createReconnector({
    ...options,
    open(attempt) {
      const abort = new AbortController()
      const { signal } = abort
      let timer: ReturnType<typeof setTimeout> | undefined
      const fail = (error: unknown): void => {
        if (signal.aborted) return
        onTrouble(error, undefined)
        attempt.ended({ outcome: 'later' })
      }
      const alive = (): void => {
        clearTimeout(timer)
        // Timers hold 31 bits of milliseconds.
        if (liveness < 2 ** 31 && !signal.aborted) timer = setTimeout(fail, liveness)
      }
      read(attempt, signal, alive).catch(fail)
      return () => {
        clearTimeout(timer)
        abort.abort()
      }
    },
  })
  return reconnector
}

/** Text as its UTF-8 bytes, each a character: the only text that a header holds, and what browsers' own EventSource sends. */
function toByteString(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}
