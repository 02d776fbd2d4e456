import type { ClientTransport, Ending, Fetch } from '@kitrt/core/client'
import { endingOf } from './http-ending.ts'
import { readEventStream } from './read-event-stream.ts'

export interface EventStreamTransportOptions {
  /** A function is asked anew for each request, for fresh tokens. @default none */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined
  /** @default 'same-origin' */
  credentials?: RequestCredentials | undefined
  /** The longest message that is taken, in characters; over it the stream counts as lost. @default 16_777_216 */
  maxEvent?: number | undefined
  /** @default the browser's */
  fetch?: Fetch | undefined
}

/** The ending that an answer means, on its way through a rejection. */
interface Answered {
  ending: Ending
}

/** Follows channels over server-sent events, and publishes by POST; see `connect` of `@kitrt/core/client`. */
export function eventStream({
  headers,
  credentials,
  maxEvent = 2 ** 24,
  fetch = (...request) => globalThis.fetch(...request),
}: EventStreamTransportOptions = {}): ClientTransport {
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
    name: 'event-stream',
    // Browsers open six connections to a server by HTTP/1.1, for all tabs.
    share: true,
    open({ url, greeting, onMessage, onEnd }) {
      const abort = new AbortController()
      const { signal } = abort
      const end = (ending: Ending): void => {
        if (signal.aborted) return
        abort.abort()
        onEnd(ending)
      }
      ask(url, greeting, 'text/event-stream', signal)
        .then(
          ({ body }) =>
            body &&
            readEventStream(body, signal, { maxEvent, onEvent: ({ data }) => onMessage(data) }),
        )
        .then(
          () => end({ outcome: 'later' }),
          (error: Partial<Answered>) => end(error.ending ?? { outcome: 'later' }),
        )
      return { send() {}, close: () => abort.abort() }
    },
    async post(url, body, signal) {
      const response = await ask(url, body, 'application/jsonl', signal)
      return response.text()
    },
  }
}
