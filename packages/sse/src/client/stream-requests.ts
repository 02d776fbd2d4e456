import type { Ending } from '@kitrt/core/client'
import { endingOf } from './http-ending.ts'
import { readEventStream } from './read-event-stream.ts'
import type { EventStreamTransportOptions } from './transport.ts'

/** The ending that an answer means, on its way through a rejection. */
export interface Answered {
  ending: Ending
}

export interface StreamRequests {
  /** Reads a stream to its end. @throws {Answered} for what is no stream */
  follow(
    url: string,
    greeting: string,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<unknown>
  /** @throws {Answered} for what is no answer */
  post(url: string, body: string, signal: AbortSignal): Promise<string>
}

/** The requests of a transport. Pages whose sockets work never load them. */
export function createStreamRequests({
  headers,
  credentials,
  maxEvent = 2 ** 24,
  fetch = (...request) => globalThis.fetch(...request),
}: EventStreamTransportOptions): StreamRequests {
  /** @throws {Answered} for what is not a 200 */
  async function ask(
    url: string,
    body: string,
    accept: string,
    signal: AbortSignal,
  ): Promise<Response> {
    const sent = new Headers(typeof headers === 'function' ? await headers() : headers)
    sent.set('accept', accept)
    // Of no form's type, which SvelteKit refuses from elsewhere before the route can.
    sent.set('content-type', 'application/jsonl')
    const response = await fetch(url, {
      method: 'POST',
      headers: sent,
      body,
      signal,
      cache: 'no-store',
      credentials,
    })
    const type = response.headers.get('content-type') ?? ''
    if (response.status === 200 && type.startsWith(accept)) return response
    await response.body?.cancel()
    const ending = endingOf(response.status, response.headers)
    throw Object.assign(new Error(`got ${response.status} ${type}`), { ending } satisfies Answered)
  }

  return {
    async follow(url, greeting, onMessage, signal) {
      const { body } = await ask(url, greeting, 'text/event-stream', signal)
      const onEvent = ({ data }: { data: string }): void => onMessage(data)
      return body && readEventStream(body, signal, { maxEvent, onEvent })
    },
    async post(url, body, signal) {
      const response = await ask(url, body, 'application/jsonl', signal)
      return response.text()
    },
  }
}
