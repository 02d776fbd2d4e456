import { getRequestEvent } from '$app/server'
import type { RequestEvent } from '@sveltejs/kit'
import { writable } from 'svelte/store'
import type { Writable } from 'svelte/store'
import { eventStreamHeaders, openEventStream } from './event-stream.ts'
import type { EventStream, EventStreamOptions } from './event-stream.ts'

export interface ProducerArguments<Event extends RequestEvent = RequestEvent> {
  emit: EventStream['emit']
  /** `true` while the stream is open. Set it to `false` to end the stream. */
  lock: Writable<boolean>
  /** The id of the last event that the client has seen, when it comes back; `undefined` at first. */
  lastEventId: string | undefined
  /** Aborts when the stream has ended. */
  signal: AbortSignal
  event: Event
}

/** Produces the events of one stream. What it returns, at once or later, is called when the stream has ended. */
export type Producer<Event extends RequestEvent = RequestEvent> = (
  producer: ProducerArguments<Event>,
) => unknown

/** A route's handler when called in a module, and a response when called inside a handler. */
type Produced<Event extends RequestEvent> = ((event: Event) => Response) & Response

/**
 * A stream of server-sent events.
 *
 * ```ts
 * export const GET = produce(({ emit }) => {
 *   const timer = setInterval(() => emit('message', new Date()), 1000)
 *   return () => clearInterval(timer)
 * })
 * ```
 *
 * Inside a handler it gives the response itself: `return produce(…)`.
 *
 * @param start called once for each client. What it throws is answered by SvelteKit's `handleError`.
 */
export function produce<Event extends RequestEvent = RequestEvent>(
  start: Producer<Event>,
  options: EventStreamOptions = {},
): Produced<Event> {
  const answer = (event: Event): Response => {
    // SvelteKit answers HEAD with the GET handler, and nobody would read the stream.
    if (event.request.method === 'HEAD') {
      return new Response(null, { headers: eventStreamHeaders(options.headers) })
    }
    return openEventStream((stream) => run(start, stream, event), options)
  }
  const event = currentEvent()
  return (event ? answer(event as Event) : answer) as Produced<Event>
}

function run<Event extends RequestEvent>(
  start: Producer<Event>,
  { emit, end, signal }: EventStream,
  event: Event,
): unknown {
  const lock = writable(true)
  signal.addEventListener('abort', () => lock.set(false))
  lock.subscribe((open) => {
    if (!open) end()
  })
  const lastEventId = fromByteString(event.request.headers.get('last-event-id'))
  return start({ emit, lock, lastEventId, signal, event })
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
