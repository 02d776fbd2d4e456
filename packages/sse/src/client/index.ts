import { createSubscriber } from 'svelte/reactivity'
import { BROWSER } from 'esm-env'
import { createSource } from './create-source.ts'
import type { Source, SourceOptions } from './create-source.ts'

export type { ConnectionStatus } from '@kitrt/core/client'
export type { JsonFallback, Selection, TextSelection } from './selection.ts'
export type { StreamRequest } from './stream-connection.ts'
export type { Source, SourceOptions }

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
  return createSource(url, options, {
    live: BROWSER,
    createSubscriber,
    fetch: (...request) => globalThis.fetch(...request),
    network: BROWSER ? globalThis.window : undefined,
  })
}
