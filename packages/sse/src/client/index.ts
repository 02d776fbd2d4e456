import { createSubscriber } from 'svelte/reactivity'
import { BROWSER } from 'esm-env'
import { createSource } from './create-source.ts'
import type { Source, SourceOptions } from './create-source.ts'
import { createSharedStream } from './shared-stream.ts'
import type { SourceEnvironment } from './shared-stream.ts'
import { createSharedStreams } from './shared-streams.ts'

export type { ConnectionStatus } from '@kitrt/core/client'
export type { JsonFallback, Selection, TextSelection } from './selection.ts'
export type { StreamRequest } from './stream-connection.ts'
export type { Source, SourceOptions }
export type { StreamNews } from './create-source.ts'

const environment: SourceEnvironment = {
  live: BROWSER,
  createSubscriber,
  fetch: (...request) => globalThis.fetch(...request),
  page: BROWSER ? globalThis.window : undefined,
}

const share = createSharedStreams()

/**
 * Reads a stream of server-sent events, and keeps it up: it reconnects by itself and resumes with
 * the id of the last event.
 *
 * ```svelte
 * <script>
 *   import { source } from '@kitrt/sse/client'
 *   const time = source('/clock/events').select('message')
 * </script>
 * {$time} {time.current}
 * ```
 *
 * Nothing connects during SSR: selections have their initial value there.
 */
export function source(url: string | URL, options: SourceOptions = {}): Source {
  return createSource(url, options, environment, (stream) => {
    const create = () => createSharedStream(stream, environment)
    return BROWSER && options.cache !== false ? share(stream, create) : create()
  })
}
export { eventStream } from './transport.ts'
export type { EventStreamTransportOptions } from './transport.ts'
