import { createLiveValue } from '@kitrt/core/client'
import type { CreateSubscriber } from '@kitrt/core/client'

export interface JsonFallback<T> {
  /** What could not be parsed. */
  raw: string
  error: unknown
  /** The last value that could. */
  previous: T | undefined
}

/** The events of one name: a store, and `current` for runes. */
export interface Selection<T> {
  readonly current: T
  /** Called with the value now and with each event that follows, none left out. */
  subscribe(run: (value: T) => void): () => void
  /** Another selection, with each value put through `map`, the initial one included. */
  transform<U>(map: (value: T) => U): Selection<U>
}

export interface TextSelection extends Selection<string> {
  /**
   * The data parsed as JSON; `undefined` before the first event.
   *
   * @param or gives the value when the data is no JSON. @default the previous value stays
   */
  json<U = unknown>(or?: (fallback: JsonFallback<U>) => U | undefined): Selection<U | undefined>
}

export interface SelectionSource {
  live: boolean
  createSubscriber: CreateSubscriber
  /** Calls `run` with the data of each event of the name. The connection is open while anyone listens. */
  listen(run: (data: string) => void): () => void
}

/** The data of each event as it came; `''` before the first. */
export function createTextSelection(source: SelectionSource): TextSelection {
  const text = createSelection(source, '', (data) => data)
  return Object.assign(text, {
    json: <U>(or?: (fallback: JsonFallback<U>) => U | undefined) =>
      createSelection<U | undefined>(source, undefined, (raw, previous) => {
        try {
          return JSON.parse(raw) as U
        } catch (error) {
          return or ? or({ raw, error, previous }) : previous
        }
      }),
  })
}

/** @param read makes a value of an event's data and the value before it */
function createSelection<T>(
  source: SelectionSource,
  initial: T,
  read: (data: string, previous: T) => T,
): Selection<T> {
  const value = createLiveValue<T>({
    ...source,
    initial,
    start: () => source.listen((data) => value.set(read(data, value.peek()))),
  })
  return {
    get current() {
      return value.current
    },
    subscribe: value.subscribe,
    transform(map) {
      let before = initial
      return createSelection(source, map(initial), (data) => map((before = read(data, before))))
    },
  }
}
