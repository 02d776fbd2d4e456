import { reportError } from '../on-error.ts'
import type { OnError } from '../on-error.ts'

/** Svelte's `createSubscriber` from `svelte/reactivity`, handed in because core knows no framework. */
export type CreateSubscriber = (start: (update: () => void) => (() => void) | void) => () => void

export interface LiveValueOptions<T> {
  /** What readers see before the first value. */
  initial: T
  /** Called with the first reader; what it returns is called when the last one has left. @default nothing starts */
  start?: (() => () => void) | undefined
  createSubscriber: CreateSubscriber
  /** Told what a reader threw; the other readers are told the value all the same. @default the console */
  onError?: OnError | undefined
  /** Whether readers may start anything. `false` on the server: there they see the initial value. */
  live: boolean
}

/**
 * A value with two faces: a store (`subscribe`) for `$value`, and `current` for runes. Readers of
 * either kind are counted together: one start with the first, one stop with the last.
 */
export interface LiveValue<T> {
  readonly current: T
  /** Calls `run` with the value now and with each that follows, synchronously, so that none is skipped. */
  subscribe(run: (value: T) => void): () => void
  set(value: T): void
  /** The value, without becoming a reader. */
  peek(): T
}

export function createLiveValue<T>({
  initial,
  start,
  createSubscriber,
  onError = reportError,
  live,
}: LiveValueOptions<T>): LiveValue<T> {
  interface Reader {
    run: (value: T) => void
  }
  let value = initial
  let stop: (() => void) | undefined
  let starting = false
  const readers = new Set<Reader>()
  /** What is still to be told, in order: a reader may set the value while it is told one. */
  const queue: [Reader, T][] = []

  function enter(run: (value: T) => void): () => void {
    const reader = { run }
    readers.add(reader)
    if (readers.size === 1) {
      starting = true
      stop = start?.()
      starting = false
    }
    return () => {
      if (!readers.delete(reader) || readers.size > 0) return
      const end = stop
      stop = undefined
      end?.()
    }
  }

  const track = createSubscriber((update) => enter(update))

  return {
    get current() {
      if (live) track()
      return value
    },
    subscribe(run) {
      const leave = live ? enter(run) : () => {}
      try {
        run(value)
      } catch (error) {
        leave()
        throw error
      }
      return leave
    },
    set(next) {
      value = next
      // The first reader is told once, when all has started.
      if (starting) return
      const telling = queue.length > 0
      for (const reader of readers) queue.push([reader, next])
      if (telling) return
      for (const [reader, told] of queue) {
        if (!readers.has(reader)) continue
        try {
          reader.run(told)
        } catch (error) {
          onError(error, { stage: 'a reader of a value' })
        }
      }
      queue.length = 0
    },
    peek: () => value,
  }
}
