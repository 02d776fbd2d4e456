import type { BackoffOptions, ConnectionStatus } from '@kitrt/core/client'
import { createTextSelection } from './selection.ts'
import type { TextSelection } from './selection.ts'
import type {
  SharedStream,
  SharedStreamOptions,
  SourceEnvironment,
  Watcher,
} from './shared-stream.ts'
import type { LimitOptions, StreamRequest } from './stream-connection.ts'

/** What a callback is told. */
export interface StreamNews {
  /** Where the connection is now. */
  status: ConnectionStatus
  /** What the network or the parser said. */
  error?: unknown
  /** The answer that was no stream: its `status`, `statusText` and `headers`. */
  response?: Response | undefined
  /** Connects again, after `close` or a refusal. */
  connect(): void
  close(): void
}

/** The callbacks are called while anybody reads the source, the leaving of the last one included. */
export interface SourceOptions extends BackoffOptions, LimitOptions {
  /** The request. @default GET, without a body */
  options?: StreamRequest | undefined
  /** Called each time that the stream has opened. */
  open?: ((news: StreamNews) => void) | undefined
  /** Called each time that it was lost, refused or closed, with what comes next. */
  close?: ((news: StreamNews) => void) | undefined
  /** Called each time that an attempt, or the connection that came of it, failed. */
  error?: ((news: StreamNews) => void) | undefined
  /** Whether sources of equal requests share one connection. @default true */
  cache?: boolean | undefined
  /** Whether the stream stays open while nobody sees the page; closed, it resumes when it is seen again. @default true */
  openWhenHidden?: boolean | undefined
}

/** One event stream. It connects with the first reader of any selection and closes with the last. */
export interface Source {
  /**
   * The events of one name.
   *
   * @param event @default 'message': the name of events that have none
   */
  select(event?: string): TextSelection
  /** Where the connection is. Reading it opens nothing. */
  readonly status: ConnectionStatus
  /** Closes until `connect`, whoever still reads, also of other sources that share it. Closing twice does nothing. */
  close(): void
  /** Connects again, from the last event that was seen; with the next reader when nobody reads. */
  connect(): void
}

/** @param getStream finds or makes the connection of a request */
export function createSource(
  url: string | URL,
  {
    options: request = {},
    open,
    close,
    error: onError,
    cache: _cache,
    openWhenHidden = true,
    ...limits
  }: SourceOptions,
  { live, createSubscriber }: SourceEnvironment,
  getStream: (options: SharedStreamOptions) => SharedStream,
): Source {
  const stream = getStream({ url, request, openWhenHidden, ...limits })
  const { shown, connect } = stream
  const news = (more?: Partial<StreamNews>): StreamNews => ({
    status: shown.peek(),
    connect,
    close: stream.close,
    ...more,
  })
  const watcher: Watcher = {
    status(now, before) {
      if (now === 'open') open?.(news())
      else if (before === 'open' || now === 'refused' || now === 'closed') close?.(news())
    },
    trouble: (error, response) => onError?.(news({ error, response })),
  }
  let readers = 0
  return {
    select: (event = 'message') =>
      createTextSelection({
        live,
        createSubscriber,
        listen(run) {
          readers++
          stream.watchers.add(watcher)
          const leave = stream.listen(event, run)
          return () => {
            leave()
            // A shared stream may live on for as long as the page.
            if (--readers === 0) stream.watchers.delete(watcher)
          }
        },
      }),
    get status() {
      return shown.current
    },
    close: stream.close,
    connect,
  }
}
