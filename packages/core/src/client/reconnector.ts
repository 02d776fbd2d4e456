import { reportError } from '../on-error.ts'
import type { OnError } from '../on-error.ts'
import { createBackoff } from './backoff.ts'
import type { BackoffOptions } from './backoff.ts'
import type { ConnectionStatus, Ending } from './connection-status.ts'

/** What a transport tells of one attempt. Calls after the first `ended` are ignored. */
export interface Attempt {
  opened(): void
  ended(ending: Ending): void
}

/** What a window tells of the network, and of the page itself. */
type NetworkEvent = 'online' | 'offline' | 'pageshow' | 'pagehide'

/** The parts of the environment that tell when the network comes and goes. A browser's `window` is one. */
export interface NetworkEvents {
  addEventListener(type: NetworkEvent, listener: () => void): void
  removeEventListener(type: NetworkEvent, listener: () => void): void
}

export interface ReconnectorOptions extends BackoffOptions {
  /** Starts one attempt and returns its stop. */
  open: (attempt: Attempt) => () => void
  /** Told each change of status. */
  onStatus?: ((status: ConnectionStatus) => void) | undefined
  /** Told what `onStatus` or `open` threw. @default the console */
  onError?: OnError | undefined
  /** Tells of the network, and of the page's leaving and return, which count as the network's. @default none: never `offline` */
  network?: (NetworkEvents & { navigator?: { onLine: boolean } | undefined }) | undefined
  /** An attempt that has not opened after so long is given up, in ms. @default 15_000 */
  connectTimeout?: number | undefined
  /** A connection that lived so long counts as a success, and the next wait starts from the base, in ms. @default 5_000 */
  stableAfter?: number | undefined
}

export interface Reconnector {
  readonly status: ConnectionStatus
  /** Connect, and stay connected until `stop`. A second call while started does nothing. */
  start(): void
  /** Let go. The status becomes `idle`, or the one given. */
  stop(status?: 'idle' | 'closed' | 'offline'): void
  /** What the server asked as the base of the waits, in ms. */
  setBase(ms: number): void
}

/**
 * The one loop that keeps a connection up: attempts, waits between them, and knows when to stop.
 * Sockets, streams and channels bring their `open` and get the rest. An `open` that throws counts
 * as refused.
 */
export function createReconnector({
  open,
  onStatus,
  onError = reportError,
  network,
  connectTimeout = 15_000,
  stableAfter = 5_000,
  ...backoffOptions
}: ReconnectorOptions): Reconnector {
  const backoff = createBackoff(backoffOptions)
  let status: ConnectionStatus = 'idle'
  let started = false
  let openedAt: number | undefined
  /** What the server asked for by `after`, on the clock of `performance.now()`. */
  let notBefore = 0
  let stopAttempt: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Counts what has overtaken what: a callback may stop or start us while we are telling it something. */
  let turn = 0

  const isOffline = (): boolean => network?.navigator?.onLine === false

  function setStatus(next: ConnectionStatus): void {
    if (status === next) return
    status = next
    try {
      onStatus?.(next)
    } catch (error) {
      onError(error, { stage: `a callback for the status '${next}'` })
    }
  }

  /** Ends whatever is under way, without a word of its own. */
  function clear(): void {
    turn++
    clearTimeout(timer)
    if (openedAt !== undefined && performance.now() - openedAt >= stableAfter) backoff.reset()
    openedAt = undefined
    const stop = stopAttempt
    stopAttempt = undefined
    stop?.()
  }

  function attempt(): void {
    clear()
    if (isOffline()) return setStatus('offline')
    const mine = turn
    const current = (): boolean => mine === turn

    const ended = ({ outcome, after = 0, atOnce }: Ending): void => {
      if (!current()) return
      if (atOnce) return attempt()
      clear()
      if (outcome !== 'later') {
        release()
        return setStatus(outcome)
      }
      notBefore = performance.now() + after
      if (isOffline()) return setStatus('offline')
      wait(Math.max(after, backoff.next()))
    }

    timer = setTimeout(() => ended({ outcome: 'later' }), connectTimeout)
    setStatus('connecting')
    if (!current()) return
    try {
      const stop = open({
        opened() {
          if (!current() || openedAt !== undefined) return
          clearTimeout(timer)
          openedAt = performance.now()
          setStatus('open')
        },
        ended,
      })
      // It may have ended before `open` returned.
      if (current()) stopAttempt = stop
      else stop()
    } catch (error) {
      onError(error, { stage: 'a connection' })
      ended({ outcome: 'refused' })
    }
  }

  function wait(ms: number): void {
    // Timers hold 31 bits of milliseconds; a longer one would fire at once.
    timer = setTimeout(attempt, Math.min(ms, 2 ** 31 - 1))
    setStatus('waiting')
  }

  function online(): void {
    const left = notBefore - performance.now()
    if (status === 'offline') {
      if (left > 0) wait(left)
      else attempt()
    } else if (status === 'waiting' && left <= 0) attempt()
  }

  /** The network is gone, so the connection is too, long before TCP would say so. */
  function offline(): void {
    clear()
    setStatus('offline')
  }

  // A page that is left may wait in the back/forward cache, where nothing reaches it: for so long it
  // is offline. Browsers keep no page there that holds a connection (web.dev/articles/bfcache).
  const listeners: [NetworkEvent, () => void][] = [
    ['online', online],
    ['pageshow', online],
    ['offline', offline],
    ['pagehide', offline],
  ]

  function release(): void {
    started = false
    for (const [event, listener] of listeners) network?.removeEventListener(event, listener)
  }

  return {
    get status() {
      return status
    },
    start() {
      if (started) return
      started = true
      for (const [event, listener] of listeners) network?.addEventListener(event, listener)
      backoff.reset()
      attempt()
    },
    stop(last = 'idle') {
      if (started) {
        release()
        clear()
      }
      setStatus(last)
    },
    setBase: backoff.setBase,
  }
}
