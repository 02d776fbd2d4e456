import { getRequestEvent } from '$app/server'
import type { RequestEvent } from '@sveltejs/kit'
import { writable } from 'svelte/store'
import type { Writable } from 'svelte/store'
import { openEventStream } from './event-stream.ts'
import type { EventStream } from './event-stream.ts'
import { isEventGenerator, produceFrom } from './generator.ts'
import type { EventGenerator } from './generator.ts'
import { eventStreamHeaders } from './stream-headers.ts'
import type { EventStreamOptions } from './stream-options.ts'
import { addStream } from './streams.ts'

export interface ProducerArguments<Event extends RequestEvent = RequestEvent> {
  emit: EventStream['emit']
  /** Tells the client where it is, by an event `position` without data: its `Last-Event-ID` when it comes back. */
  position: EventStream['position']
  /** Waits until the client has taken what was emitted. Resolves to whether the stream is still open. */
  drained: EventStream['drained']
  /** `true` while the stream is open. Set it to `false` to end the stream. */
  lock: Writable<boolean>
  /** The id of the last event that the client has seen, when it comes back; `undefined` at first. */
  lastEventId: string | undefined
  /** Aborts when the stream has ended. */
  signal: AbortSignal
  event: Event
}

/**
 * Produces the events of one stream: by `emit`, or as an async generator that yields them. What a
 * function returns, at once or later, is called when the stream has ended; a generator's `finally` is.
 */
export type Producer<Event extends RequestEvent = RequestEvent, Result = unknown> = (
  producer: ProducerArguments<Event>,
) => Result

/** What comes at once where `start` is no async function. */
type Answer<Result> = Result extends PromiseLike<unknown> | EventGenerator
  ? Promise<Response>
  : Response

/** A route's handler when called in a module, and a response when called inside a handler. */
type Produced<Event extends RequestEvent, Result> = ((event: Event) => Answer<Result>) &
  Answer<Result>

/**
 * A stream of server-sent events.
 *
 * ```ts
 * export const GET = produce(({ emit }) => {
 *   const timer = setInterval(() => emit('message', new Date()), 1000)
 *   return () => clearInterval(timer)
 * })
 *
 * export const GET = produce(async function* ({ lastEventId, signal }) {
 *   for await (const row of rowsAfter(lastEventId, signal)) yield { data: row, id: row.id }
 * })
 * ```
 *
 * Inside a handler it gives the response itself: `return produce(…)`.
 *
 * @param start called once for each client. What it throws before its first event is answered like any
 *   fault of a route: by `error(403)`, or SvelteKit's `handleError`.
 */
export function produce<Event extends RequestEvent = RequestEvent, Result = unknown>(
  start: Producer<Event, Result>,
  options: EventStreamOptions = {},
): Produced<Event, Result> {
  const answer = (event: Event): Response | Promise<Response> => {
    // SvelteKit answers HEAD with the GET handler, and nobody would read the stream.
    if (event.request.method === 'HEAD') {
      return new Response(null, { headers: eventStreamHeaders(options.headers) })
    }
    return openEventStream((stream) => run(start, stream, event), options)
  }
  const event = currentEvent()
  return (event ? answer(event as Event) : answer) as Produced<Event, Result>
}

function run<Event extends RequestEvent>(
  start: Producer<Event>,
  stream: EventStream,
  event: Event,
): unknown {
  const { emit, position, drained, end, signal } = stream
  const lock = writable(true)
  signal.addEventListener('abort', () => lock.set(false))
  lock.subscribe((open) => {
    if (!open) end()
  })
  const lastEventId = fromByteString(event.request.headers.get('last-event-id'))
  signal.addEventListener('abort', addStream(event, { emit, end }))
  const result = start({ emit, position, drained, lock, lastEventId, signal, event })
  return isEventGenerator(result) ? produceFrom(result, stream) : result
}

/** SvelteKit loads route modules outside of any event (`resolve` clears it on purpose), so an event means: inside a handler. */
function currentEvent(): RequestEvent | undefined {
  try {
    return getRequestEvent()
  } catch {
    return undefined
  }
}

/** A header's bytes as the UTF-8 that clients put there (WHATWG HTML, section 9.2.3); as it came if it is none. */
function fromByteString(value: string | null): string | undefined {
  if (value === null) return undefined
  try {
    const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return value
  }
}
