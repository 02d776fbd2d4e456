import type { Fetch } from '@kitrt/core/client'
import { createSubscriber } from 'svelte/reactivity'
import { createSource } from '../src/client/create-source.ts'
import type { Source, SourceOptions } from '../src/client/create-source.ts'
import { createSharedStream } from '../src/client/shared-stream.ts'
import type { SourceEnvironment } from '../src/client/shared-stream.ts'

/** A source of our client that is live where no browser is, with a connection of its own. */
export function openSource(
  url: string,
  options: SourceOptions = {},
  fetch: Fetch = globalThis.fetch,
): Source {
  const environment: SourceEnvironment = { live: true, createSubscriber, fetch, page: undefined }
  return createSource(url, options, environment, (stream) =>
    createSharedStream(stream, environment),
  )
}
