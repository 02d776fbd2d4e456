import type { Fetch } from '@kitrt/core/client'
import { vi } from 'vitest'
import type { Mock } from 'vitest'

/** One request that a client has made, and that the test answers. */
export interface FakeRequest {
  url: string
  init: RequestInit
  headers: Headers
  /** Opens the stream. */
  opens(headers?: HeadersInit): void
  /** Answers with no stream. */
  answers(status: number, headers?: HeadersInit): void
  /** The request does not arrive. */
  fails(): void
  /** Sends one chunk of the stream. */
  sends(chunk: string | Uint8Array): void
  /** Ends the stream as a server does. */
  ends(): void
  /** The stream breaks. */
  breaks(): void
}

export interface FakeServer {
  fetch: Mock<Fetch>
  requests: FakeRequest[]
  last(): FakeRequest
}

/** A `fetch` on which the test plays the server. An abort ends what is under way, as in browsers. */
export function createFakeServer(): FakeServer {
  const requests: FakeRequest[] = []
  const fetch = vi.fn<Fetch>((url, init = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    let body: ReadableStreamDefaultController<Uint8Array> | undefined
    init.signal?.addEventListener('abort', () => {
      const error = new DOMException('aborted', 'AbortError')
      reject(error)
      body?.error(error)
    })
    requests.push({
      url: String(url),
      init,
      headers: new Headers(init.headers),
      opens(headers = { 'content-type': 'text/event-stream' }) {
        const stream = new ReadableStream<Uint8Array>({
          start(controller) {
            body = controller
          },
        })
        resolve(new Response(stream, { headers }))
      },
      answers: (status, headers = {}) => resolve(new Response(null, { status, headers })),
      fails: () => reject(new TypeError('fetch failed')),
      sends(chunk) {
        body!.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      },
      ends: () => body!.close(),
      breaks: () => body!.error(new TypeError('network error')),
    })
    return promise
  })
  return { fetch, requests, last: () => requests.at(-1)! }
}

/** Lets promises and streams go on, without time going by. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    // oxlint-disable-next-line no-await-in-loop -- streams take several turns
    await vi.advanceTimersByTimeAsync(0)
  }
}
