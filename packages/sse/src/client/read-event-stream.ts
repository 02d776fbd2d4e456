// 3.0, since 4 is 0.6 kB larger, and these are 4 kB in all; on 40 000 random streams they agree.
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'

export interface EventReaderOptions {
  /** The longest event that is taken, in characters. */
  maxEvent: number
  onEvent: (event: EventSourceMessage) => void
  /** The server names the time until the next attempt, in ms. */
  onRetry?: ((ms: number) => void) | undefined
}

/**
 * Reads events from text that comes in parts, wherever they begin and end.
 *
 * @returns takes a part. @throws a RangeError for an event that is too long
 */
export function createEventReader({
  maxEvent,
  onEvent,
  onRetry,
}: EventReaderOptions): (text: string) => void {
  /** Characters since the last event. */
  let pending = 0
  const parser = createParser({
    onEvent(event) {
      pending = 0
      onEvent(event)
    },
    onRetry,
  })
  return (text) => {
    pending += text.length
    if (pending > maxEvent) throw new RangeError(`an event of over ${maxEvent}`)
    parser.feed(text)
  }
}

/**
 * Reads a stream to its end.
 *
 * @param onPart told before each part is waited for
 * @returns whether it ended by itself, not by the signal
 */
export async function readEventStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
  options: EventReaderOptions,
  onPart?: () => void,
): Promise<boolean> {
  const read = createEventReader({
    ...options,
    // A reader that was told the event before may have left.
    onEvent: (event) => signal.aborted || options.onEvent(event),
  })
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    onPart?.()
    // oxlint-disable-next-line no-await-in-loop -- it comes in parts
    const { done, value } = await reader.read()
    if (done || signal.aborted) return !signal.aborted
    read(value)
  }
}
