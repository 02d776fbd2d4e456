import { AsyncLocalStorage } from 'node:async_hooks'
import { KitrtError, reportError } from '@kitrt/core'
import { holdRequest, trackConnection } from '@kitrt/core/server'
import { createCleanUps } from './clean-ups.ts'
import { comment, formatEvent, formatPosition, formatRetry } from './format.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createOutbox } from './outbox.ts'
import { eventStreamHeaders } from './stream-headers.ts'
import type { EventStreamOptions } from './stream-options.ts'

/** What an event may have beside its name and data. */
export interface EmitOptions {
  /** From which a client resumes (`Last-Event-ID`). */
  id?: string | undefined
}

/**
 * Sends an event. Data that is not a string goes out as JSON, or as `serialize` says.
 *
 * @returns `error` when it was not sent: `closed` after the end, `slow` when the reader's bound is
 *   reached, `bad-argument` for a line break or NUL in the name or the id, or for data that cannot be
 *   serialized
 */
export type Emit = (
  event: string,
  data: unknown,
  options?: EmitOptions,
) => { error: KitrtError | undefined }

/** One open stream, from the producer's side. */
export interface EventStream {
  emit: Emit
  /** Sends events that are formatted and encoded already, whatever waits. */
  write(events: Uint8Array<ArrayBuffer>): void
  /**
   * Tells the client where it is, by an event `position` without data: what it sends as
   * `Last-Event-ID` when it comes back.
   *
   * @throws {KitrtError} `bad-argument` for a line break or NUL
   */
  position(id: string): void
  /** Waits until the reader has taken what was sent. Resolves to whether the stream is still open. */
  drained(): Promise<boolean>
  /** Bytes that the reader has not taken. */
  waiting(): number
  /** Ends the stream. Ending twice does nothing. */
  end(): void
  /** Aborts when the stream has ended. */
  readonly signal: AbortSignal
}

/**
 * Opens a stream and calls `start` with it, in the asynchronous context of the caller.
 *
 * @param start may return its clean-up, also as a promise. What it throws before the response begins is
 *   thrown here, so that it is answered like any fault of a route; a later rejection is reported and
 *   ends the stream.
 * @returns a promise when `start` does; the response then begins with its first event
 */
export function openEventStream(
  start: (stream: EventStream) => unknown,
  {
    ping = 15_000,
    maxAge = 300_000,
    startTimeout = 1000,
    retry,
    headers,
    maxBuffered = 2 ** 20,
    overflow = 'end',
    closeTimeout = 30_000,
    serialize = toJson,
    stop,
  }: EventStreamOptions = {},
): Response | Promise<Response> {
  for (const [name, ms] of Object.entries({ ping, maxAge, closeTimeout })) {
    if (!(ms > 0)) throw new KitrtError('bad-argument', `${name} expected ms over 0, got ${ms}`)
  }
  // Before anything is open that a wrong option would leave open.
  const responseHeaders = eventStreamHeaders(headers)
  const preamble = comment + (retry === undefined ? '' : formatRetry(retry))
  const inRequest = AsyncLocalStorage.snapshot()
  const release = holdRequest()
  const abort = new AbortController()
  const cleanUps = createCleanUps(stop)
  const outbox = createOutbox(finish, closeTimeout)
  const begun = Promise.withResolvers<void>()
  /** Whether the response has begun, so that `start` can no longer be answered by another. */
  let answered = false

  /** With the first event, the end, or when `start` takes too long. */
  function begin(): void {
    answered = true
    begun.resolve()
  }

  /** The stream is over, by whichever side. */
  function finish(): void {
    if (abort.signal.aborted) return
    heartbeat.stop()
    clearTimeout(age)
    untrack()
    begin()
    inRequest(() => {
      abort.abort()
      void cleanUps.run().then(release)
    })
  }

  function end(): void {
    if (abort.signal.aborted) return
    finish()
    outbox.close()
  }

  const untrack = trackConnection({ goAway: end })
  // Not all at the same moment, when many have come at the same moment.
  const age =
    maxAge === Infinity
      ? undefined
      : setTimeout(end, Math.min(maxAge * (1 - Math.random() / 10), 2 ** 31 - 1))

  const stream: EventStream = {
    signal: abort.signal,
    end,
    drained: outbox.drained,
    waiting: outbox.waiting,
    position: (id) => outbox.write(formatPosition(id)),
    write(events) {
      outbox.write(events)
      heartbeat.quiet()
      begin()
    },
    emit(event, data, { id } = {}) {
      if (abort.signal.aborted) return { error: new KitrtError('closed', 'The stream has ended.') }
      const waiting = outbox.waiting()
      if (waiting > maxBuffered) {
        if (overflow === 'end') end()
        return {
          error: new KitrtError(
            'slow',
            `The reader left ${waiting} bytes waiting, more than maxBuffered (${maxBuffered}); the ${overflow === 'end' ? 'stream was ended' : 'event was dropped'}.`,
          ),
        }
      }
      try {
        const text = typeof data === 'string' ? data : serialize(data)
        outbox.write(formatEvent({ event, data: text, id }))
        heartbeat.quiet()
        begin()
        return { error: undefined }
      } catch (cause) {
        if (cause instanceof KitrtError) return { error: cause }
        const message = `The data of '${event}' cannot be serialized.`
        return { error: new KitrtError('bad-argument', message, { cause }) }
      }
    },
  }

  // Bun holds the response's head back until there is a body (oven-sh/bun#33660), and a client
  // must know that it is connected before the first event.
  outbox.write(preamble)
  const heartbeat = createHeartbeat(ping, () => {
    if (outbox.waiting() <= maxBuffered) outbox.write(comment)
  })

  const respond = (): Response => new Response(outbox.body, { headers: responseHeaders })

  function runStart(): unknown {
    try {
      return start(stream)
    } catch (error) {
      end()
      throw error
    }
  }

  const started = runStart()
  if (!(started instanceof Promise)) {
    void cleanUps.add(started)
    return respond()
  }

  const timer = setTimeout(begin, startTimeout)
  void started
    .then(
      (cleanUp) => {
        begin()
        return cleanUps.add(cleanUp)
      },
      (error: unknown) => {
        if (!answered) begun.reject(error)
        // What waited for something with our signal rejects with its reason when the client leaves.
        else if (error !== abort.signal.reason) reportError(error, { stage: 'stream start' })
        end()
      },
    )
    .then(holdRequest())
  return begun.promise.finally(() => clearTimeout(timer)).then(respond)
}

function toJson(data: unknown): string {
  const json = JSON.stringify(data) as string | undefined
  if (json === undefined) throw new TypeError('undefined and functions have no JSON')
  return json
}
