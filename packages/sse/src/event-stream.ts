import { AsyncLocalStorage } from 'node:async_hooks'
import { KitrtError, reportError } from '@kitrt/core'
import { holdRequest, trackConnection } from '@kitrt/core/server'
import { comment, formatEvent, formatRetry } from './format.ts'

export interface EventStreamOptions {
  /** Silence before a heartbeat comment, in ms; `Infinity` for none. @default 15_000 */
  ping?: number | undefined
  /** What clients wait before they reconnect, in ms. @default theirs */
  retry?: number | undefined
  /** Further headers of the response. */
  headers?: HeadersInit | undefined
  /** What may wait for a slow reader, in bytes; over it the stream ends, and the client resumes. @default 1_048_576 */
  maxBuffered?: number | undefined
  /** Called once when the stream has ended, whichever way. */
  stop?: (() => unknown) | undefined
}

/** One open stream, from the producer's side. */
export interface EventStream {
  /**
   * Sends an event. Data that is not a string goes out as JSON.
   *
   * @returns `error` when it was not sent: `closed` after the end, `slow` when the reader's bound is
   *   reached, `bad-argument` for a line break or NUL in the name or the id, or for data without JSON
   */
  emit(
    event: string,
    data: unknown,
    options?: { id?: string | undefined },
  ): { error: KitrtError | undefined }
  /** Ends the stream. Ending twice does nothing. */
  end(): void
  /** Aborts when the stream has ended. */
  readonly signal: AbortSignal
}

/** What the stream holds ready for a reader before it counts as waiting, in bytes. */
const highWaterMark = 2 ** 14

/** Headers that keep proxies from holding events back or storing them. */
const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** The response headers of an event stream; the app's own come second and win. */
export function eventStreamHeaders(own?: HeadersInit): Headers {
  const headers = new Headers(streamHeaders)
  for (const [name, value] of new Headers(own)) headers.set(name, value)
  return headers
}

/**
 * Opens a stream and calls `start` with it, in the asynchronous context of the caller.
 *
 * @param start may return its clean-up, also as a promise. What it throws at once is thrown here, so
 *   that it is answered like any fault of a route; a later rejection is reported and ends the stream.
 */
export function openEventStream(
  start: (stream: EventStream) => unknown,
  { ping = 15_000, retry, headers, maxBuffered = 2 ** 20, stop }: EventStreamOptions = {},
): Response {
  if (!(ping > 0)) throw new KitrtError('bad-argument', `ping expected ms over 0, got ${ping}`)
  // Before anything is open that a wrong option would leave open.
  const responseHeaders = eventStreamHeaders(headers)
  const preamble = comment + (retry === undefined ? '' : formatRetry(retry))
  const inRequest = AsyncLocalStorage.snapshot()
  const release = holdRequest()
  const encoder = new TextEncoder()
  const abort = new AbortController()
  const cleanUps: (() => unknown)[] = stop ? [stop] : []
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastWrite = 0

  const body = new ReadableStream<Uint8Array>(
    {
      start(opened) {
        controller = opened
      },
      cancel: () => finish(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark }),
  )

  function write(text: string): void {
    controller?.enqueue(encoder.encode(text))
    lastWrite = performance.now()
  }

  /** Bytes that the reader has not taken. */
  const waiting = (): number => highWaterMark - (controller?.desiredSize ?? highWaterMark)

  function finish(): void {
    if (abort.signal.aborted) return
    clearTimeout(timer)
    untrack()
    inRequest(() => {
      abort.abort()
      void Promise.all(cleanUps.splice(0).map(runCleanUp)).then(release)
    })
  }

  function end(): void {
    if (abort.signal.aborted) return
    finish()
    controller?.close()
  }

  const untrack = trackConnection({ goAway: end })

  const stream: EventStream = {
    signal: abort.signal,
    end,
    emit(event, data, { id } = {}) {
      if (abort.signal.aborted) return { error: new KitrtError('closed', 'The stream has ended.') }
      if (waiting() > maxBuffered) {
        end()
        return {
          error: new KitrtError(
            'slow',
            `The reader left ${waiting()} bytes waiting, more than maxBuffered (${maxBuffered}); the stream was ended.`,
          ),
        }
      }
      try {
        write(formatEvent({ event, data: toText(data), id }))
        return { error: undefined }
      } catch (error) {
        return {
          error:
            error instanceof KitrtError
              ? error
              : new KitrtError('bad-argument', `The data of '${event}' has no JSON.`, {
                  cause: error,
                }),
        }
      }
    },
  }

  // Bun holds the response's head back until there is a body (oven-sh/bun#33660), and a client
  // must know that it is connected before the first event.
  write(preamble)

  /** Waits for the rest of the silence, which every event begins anew. */
  function beat(): void {
    const silence = performance.now() - lastWrite
    // A millisecond of grace: timers may fire early by a fraction.
    if (silence >= ping - 1 && waiting() <= maxBuffered) write(comment)
    const rest = ping - (performance.now() - lastWrite)
    timer = setTimeout(beat, Math.min(rest > 0 ? rest : ping, 2 ** 31 - 1))
  }
  if (ping !== Infinity) beat()

  /** A clean-up that comes after the end runs at once. */
  async function addCleanUp(cleanUp: unknown): Promise<void> {
    if (typeof cleanUp !== 'function') return
    if (abort.signal.aborted) await runCleanUp(cleanUp as () => unknown)
    else cleanUps.push(cleanUp as () => unknown)
  }

  try {
    const started = start(stream)
    if (started instanceof Promise) {
      void started
        .then(addCleanUp, (error: unknown) => {
          // What waited for something with our signal rejects with its reason when the client leaves.
          if (error !== abort.signal.reason) reportError(error, { stage: 'stream start' })
          end()
        })
        .then(holdRequest())
    } else void addCleanUp(started)
  } catch (error) {
    end()
    throw error
  }

  return new Response(body, { headers: responseHeaders })
}

async function runCleanUp(cleanUp: () => unknown): Promise<void> {
  try {
    await cleanUp()
  } catch (error) {
    reportError(error, { stage: 'stream stop' })
  }
}

function toText(data: unknown): string {
  if (typeof data === 'string') return data
  const json = JSON.stringify(data) as string | undefined
  if (json === undefined) throw new TypeError('undefined and functions have no JSON')
  return json
}
