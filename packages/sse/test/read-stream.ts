import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { within } from '../../../testing/eventually.ts'

export interface TestStream {
  response: Response
  next(): Promise<EventSourceMessage | 'end'>
  comments: string[]
  retries: number[]
  leave(): void
}

/** A client that is not ours: `fetch` and eventsource-parser. */
export async function readStream(url: string, init: RequestInit = {}): Promise<TestStream> {
  const abort = new AbortController()
  const response = await within(fetch(url, { ...init, signal: abort.signal }), 30_000, url)
  const comments: string[] = []
  const retries: number[] = []
  const events: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (comment) => comments.push(comment),
    onRetry: (retry) => retries.push(retry),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return {
    response,
    comments,
    retries,
    leave: () => abort.abort(),
    async next() {
      for (;;) {
        const event = events.shift()
        if (event) return event
        const { done, value } = await within(reader!.read(), 30_000, `event of ${url}`)
        if (done) return 'end'
        parser.feed(value)
      }
    },
  }
}
