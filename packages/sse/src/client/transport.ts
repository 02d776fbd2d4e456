import type { ClientTransport, Fetch } from '@kitrt/core/client'
import type { Answered, StreamRequests } from './stream-requests.ts'

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

/**
 * Follows channels over server-sent events, and publishes by POST; see `connect` of `@kitrt/core/client`. What
 * it needs for that is loaded when it is first used.
 */
export function eventStream(options: EventStreamTransportOptions = {}): ClientTransport {
  const load = (): Promise<StreamRequests> =>
    import('./stream-requests.ts').then((loaded) => loaded.createStreamRequests(options))
  return {
    name: 'event-stream',
    // Browsers open six connections to a server by HTTP/1.1, for all tabs.
    share: true,
    open({ url, greeting, onMessage, onEnd }) {
      const abort = new AbortController()
      const { signal } = abort
      const end = ({ ending }: Partial<Answered> = {}): void => {
        if (signal.aborted) return
        abort.abort()
        onEnd(ending ?? { outcome: 'later' })
      }
      load()
        .then((requests) => requests.follow(url, greeting, onMessage, signal))
        .then(() => end(), end)
      return { send() {}, close: () => abort.abort() }
    },
    post: (url, body, signal) => load().then((requests) => requests.post(url, body, signal)),
  }
}
