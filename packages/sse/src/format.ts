import { KitrtError } from '@kitrt/core'

export interface EventFields {
  /** The event's name. @default 'message' */
  event?: string | undefined
  data: string
  id?: string | undefined
}

/**
 * One event as text (WHATWG HTML, section 9.2.6). Data may hold anything: each of CR LF, CR and LF
 * begins a new `data:` line, so nothing in it can end the event or begin a field.
 *
 * @throws {KitrtError} `bad-argument` for a line break or NUL in `event` or `id`, which have no way to hold one
 */
export function formatEvent({ event = 'message', data, id }: EventFields): string {
  let text = ''
  if (id !== undefined) text += `id: ${oneLine('id', id)}\n`
  if (event !== 'message') text += `event: ${oneLine('event', event)}\n`
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`
  return `${text}\n`
}

/**
 * An event without data, which only says where the client is. Why not an id alone, which would do in
 * browsers: not every parser tells of it, ours (eventsource-parser 3.0) among them.
 */
export const formatPosition = (id: string): string =>
  formatEvent({ event: 'position', data: '', id })

/** A comment, which clients ignore: what keeps a quiet connection alive. */
export const comment = ':\n\n'

/** @param ms what a client waits before it reconnects */
export function formatRetry(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) {
    throw new KitrtError('bad-argument', `retry expected a whole number of ms, got ${ms}`)
  }
  return `retry: ${ms}\n\n`
}

function oneLine(field: string, value: string): string {
  // A client ignores an id that holds NUL, and would resume from another one.
  if (/[\r\n\0]/.test(value)) {
    throw new KitrtError(
      'bad-argument',
      `${field} expected text without line breaks and NUL, got ${JSON.stringify(value)}`,
    )
  }
  return value
}
