import { createLiveValue } from '@kitrt/core/client'
import type {
  BackoffOptions,
  ConnectionStatus,
  CreateSubscriber,
  Fetch,
  LiveValue,
  ReconnectorOptions,
} from '@kitrt/core/client'
import { createStreamConnection } from './stream-connection.ts'
import type { LimitOptions, StreamRequest } from './stream-connection.ts'

/** What a browser gives, handed in so that tests need none. */
export interface SourceEnvironment {
  /** Whether there is a browser; on the server nothing ever connects. */
  live: boolean
  createSubscriber: CreateSubscriber
  fetch: Fetch
  /** Its window: tells of the network, and of the page's going and coming. */
  page: (ReconnectorOptions['network'] & { document: PageDocument }) | undefined
}

type PageDocument = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>

export interface SharedStreamOptions extends BackoffOptions, LimitOptions {
  url: string | URL
  request: StreamRequest
  openWhenHidden: boolean
}

/** What the sources of one stream are told of it. */
export interface Watcher {
  status(now: ConnectionStatus, before: ConnectionStatus): void
  trouble(error: unknown, response: Response | undefined): void
}

/** One connection, for all that read of it. */
export interface SharedStream {
  shown: LiveValue<ConnectionStatus>
  watchers: Set<Watcher>
  /** Calls `run` with the data of each event of a name. The connection is open while anyone listens. */
  listen(event: string, run: (data: string) => void): () => void
  connect(): void
  close(): void
}

export function createSharedStream(
  { openWhenHidden, ...options }: SharedStreamOptions,
  { live, createSubscriber, fetch, page }: SourceEnvironment,
): SharedStream {
  const listeners = new Set<{ event: string; run: (data: string) => void }>()
  const watchers = new Set<Watcher>()
  const shown = createLiveValue<ConnectionStatus>({ initial: 'idle', live, createSubscriber })
  const document = openWhenHidden ? undefined : page?.document

  const connection = createStreamConnection({
    ...options,
    fetch,
    network: page,
    onEvent({ event = 'message', data }) {
      for (const listener of listeners) if (listener.event === event) listener.run(data)
    },
    onStatus(status) {
      const before = shown.peek()
      shown.set(status)
      for (const watcher of watchers) watcher.status(status, before)
    },
    onTrouble(error, response) {
      for (const watcher of watchers) watcher.trouble(error, response)
    },
  })

  /** Open while somebody reads, and not after it was closed on purpose. */
  function update(): void {
    const wanted = listeners.size > 0 && !document?.hidden
    if (connection.status === 'closed') return
    if (!wanted) connection.stop()
    else if (connection.status === 'idle') connection.start()
  }

  return {
    shown,
    watchers,
    listen(event, run) {
      const listener = { event, run }
      if (listeners.size === 0) document?.addEventListener('visibilitychange', update)
      listeners.add(listener)
      update()
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        document?.removeEventListener('visibilitychange', update)
        update()
      }
    },
    close: () => connection.stop('closed'),
    connect() {
      // As if it had not been ended: it opens with its readers, now or later.
      if (connection.status === 'closed' || connection.status === 'refused') connection.stop()
      update()
    },
  }
}
