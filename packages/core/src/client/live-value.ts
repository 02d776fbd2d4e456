/** Svelte's `createSubscriber` from `svelte/reactivity`, handed in because core knows no framework. */
export type CreateSubscriber = (start: (update: () => void) => (() => void) | void) => () => void

export interface LiveValueOptions<T> {
  /** What readers see before the first value. */
  initial: T
  /** Called with the first reader; what it returns is called when the last one has left. @default nothing starts */
  start?: (() => () => void) | undefined
  createSubscriber: CreateSubscriber
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
  live,
}: LiveValueOptions<T>): LiveValue<T> {
  let value = initial
  let stop: (() => void) | undefined
  const readers = new Set<{ run: (value: T) => void }>()

  function enter(run: (value: T) => void): () => void {
    const reader = { run }
    readers.add(reader)
    if (readers.size === 1) stop = start?.()
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
      run(value)
      return live ? enter(run) : () => {}
    },
    set(next) {
      value = next
      for (const { run } of readers) run(next)
    },
    peek: () => value,
  }
}
