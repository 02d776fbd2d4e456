import { createReconnector } from '@kitrt/core/client'
import type {
  Attempt,
  BackoffOptions,
  ConnectionStatus,
  Fetch,
  ReconnectorOptions,
} from '@kitrt/core/client'
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { endingOf } from './http-ending.ts'

export interface StreamRequest {
  method?: 'GET' | 'POST' | undefined
  /** Headers; a function is asked anew for each attempt, for fresh tokens. */
  headers?: HeadersInit | (() => HeadersInit) | undefined
  body?: BodyInit | undefined
}

export interface StreamConnectionOptions extends BackoffOptions {
  url: string | URL
  request: StreamRequest
  fetch: Fetch
  network: ReconnectorOptions['network']
  onEvent: (event: EventSourceMessage) => void
  onStatus: (status: ConnectionStatus) => void
}

export interface StreamConnection {
  readonly status: ConnectionStatus
  start(): void
  stop(status?: 'idle' | 'closed'): void
}

/** Keeps one event stream up, and resumes it with the id of the last event that came. */
export function createStreamConnection({
  url,
  request: { method = 'GET', headers, body },
  fetch,
  network,
  onEvent,
  onStatus,
  ...backoff
}: StreamConnectionOptions): StreamConnection {
  let lastEventId: string | undefined

  async function read(attempt: Attempt, signal: AbortSignal): Promise<void> {
    const sent = new Headers(typeof headers === 'function' ? headers() : headers)
    sent.set('accept', 'text/event-stream')
    if (lastEventId) sent.set('last-event-id', toByteString(lastEventId))
    const response = await fetch(url, { method, headers: sent, body, signal, cache: 'no-store' })
    const type = response.headers.get('content-type') ?? ''
    if (response.status !== 200 || !response.body || !/^text\/event-stream\b/i.test(type)) {
      await response.body?.cancel()
      // A 200 with another type is a page, not a stream: trying again would fetch it for ever.
      return attempt.ended(endingOf(response.status, response.headers.get('retry-after')))
    }
    attempt.opened()
    const parser = createParser({
      onEvent(event) {
        if (signal.aborted) return
        if (event.id !== undefined) lastEventId = event.id
        onEvent(event)
      },
      onRetry: (ms) => reconnector.setBase(ms),
    })
    const reader = response.body
      .pipeThrough(new TextDecoderStream('utf-8', { ignoreBOM: true }))
      .getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || signal.aborted) break
      parser.feed(value)
    }
    attempt.ended({ outcome: 'later' })
  }

  const reconnector = createReconnector({
    ...backoff,
    network,
    onStatus,
    open(attempt) {
      const abort = new AbortController()
      read(attempt, abort.signal).catch(() => attempt.ended({ outcome: 'later' }))
      return () => abort.abort()
    },
  })
  return reconnector
}

/** Text as its UTF-8 bytes, each a character: the only text that a header holds, and what browsers' own EventSource sends. */
function toByteString(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}
