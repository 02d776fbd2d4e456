import { reportError } from '@kitrt/core'
import type { EventStream } from './event-stream.ts'

/** An event as a generator yields it. */
export interface YieldedEvent {
  /** @default 'message' */
  event?: string | undefined
  data: unknown
  /** From which a client resumes (`Last-Event-ID`). */
  id?: string | undefined
}

export type EventGenerator = AsyncGenerator<YieldedEvent, unknown, undefined>

export function isEventGenerator(value: unknown): value is EventGenerator {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/**
 * Sends what a generator yields, as fast as the client reads, and ends the stream with it. When the
 * client leaves, the generator is asked to return; one that waits for something learns of it by `signal`.
 */
export async function produceFrom(
  events: EventGenerator,
  { emit, drained, end, signal }: EventStream,
): Promise<void> {
  signal.addEventListener('abort', () => {
    events.return(undefined).catch((error: unknown) => {
      if (error !== signal.reason) reportError(error, { stage: 'stream stop' })
    })
  })
  for await (const { event = 'message', data, id } of events) {
    const { error } = emit(event, data, { id })
    if (error?.code === 'closed') break
    if (error) throw error
    await drained()
  }
  end()
}
