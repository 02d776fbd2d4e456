import { createLiveValue } from '@kitrt/core/client'
import type {
  BackoffOptions,
  ConnectionStatus,
  CreateSubscriber,
  Fetch,
  ReconnectorOptions,
} from '@kitrt/core/client'
import { createTextSelection } from './selection.ts'
import type { TextSelection } from './selection.ts'
import { createStreamConnection } from './stream-connection.ts'
import type { StreamRequest } from './stream-connection.ts'

export interface SourceOptions extends BackoffOptions {
  /** The request. @default GET, without a body */
  options?: StreamRequest | undefined
  /** Called each time that the stream has opened. */
  open?: (() => void) | undefined
  /** Called each time that it was lost, refused or closed, with what comes next. */
  close?: ((status: ConnectionStatus) => void) | undefined
}

/** What a browser gives, handed in so that tests need none. */
export interface SourceEnvironment {
  /** Whether there is a browser; on the server nothing ever connects. */
  live: boolean
  createSubscriber: CreateSubscriber
  fetch: Fetch
  network: ReconnectorOptions['network']
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
  /** Closes until `connect`, whoever still reads. Closing twice does nothing. */
  close(): void
  /** Connects again, from the last event that was seen. */
  connect(): void
}

export function createSource(
  url: string | URL,
  { options: request = {}, open, close, ...backoff }: SourceOptions,
  { live, createSubscriber, fetch, network }: SourceEnvironment,
): Source {
  const listeners = new Map<string, Set<{ run: (data: string) => void }>>()
  const shown = createLiveValue<ConnectionStatus>({ initial: 'idle', live, createSubscriber })

  const connection = createStreamConnection({
    ...backoff,
    url,
    request,
    fetch,
    network,
    onEvent({ event = 'message', data }) {
      for (const { run } of listeners.get(event) ?? []) run(data)
    },
    onStatus(status) {
      const before = shown.peek()
      shown.set(status)
      if (status === 'open') open?.()
      else if (before === 'open' || status === 'refused' || status === 'closed') close?.(status)
    },
  })

  function listen(event: string, run: (data: string) => void): () => void {
    const listener = { run }
    const ofEvent = listeners.get(event) ?? new Set()
    listeners.set(event, ofEvent.add(listener))
    // A connection that was closed on purpose waits for `connect`, whoever comes to read.
    if (connection.status === 'idle') connection.start()
    return () => {
      if (!ofEvent.delete(listener)) return
      if (ofEvent.size === 0) listeners.delete(event)
      if (listeners.size === 0 && connection.status !== 'closed') connection.stop()
    }
  }

  return {
    select: (event = 'message') =>
      createTextSelection({ live, createSubscriber, listen: (run) => listen(event, run) }),
    get status() {
      return shown.current
    },
    close: () => connection.stop('closed'),
    connect() {
      if (live) connection.start()
    },
  }
}
