import type { SharedStream, SharedStreamOptions } from './shared-stream.ts'

/** What tells one request from another: its parts, each compared by `===`. */
function partsOf({
  url,
  request: { headers, body, ...rest },
  ...options
}: SharedStreamOptions): unknown[] {
  return [
    String(url),
    ...entriesOf(headers),
    ...entriesOf(body),
    ...entriesOf(rest),
    ...entriesOf(options),
  ]
}

/** FormData, Headers, lists and plain objects by their entries; files, functions and other bodies by themselves. */
function entriesOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value]
  if (Symbol.iterator in value) return ['[', ...[...(value as Iterable<unknown>)].flat(), ']']
  if (Object.getPrototypeOf(value) !== Object.prototype) return [value]
  return ['{', ...Object.entries(value).flat(), '}']
}

interface Known {
  parts: unknown[]
  stream: WeakRef<SharedStream>
}

/**
 * Finds the stream of an equal request, or makes it, so that the parts of a page that read the same
 * share one connection. A stream that nobody holds is forgotten.
 */
export function createSharedStreams(): (
  options: SharedStreamOptions,
  create: () => SharedStream,
) => SharedStream {
  let known: Known[] = []
  return (options, create) => {
    const parts = partsOf(options)
    known = known.filter(({ stream }) => stream.deref())
    const found = known.find(
      (one) =>
        one.parts.length === parts.length &&
        one.parts.every((part, index) => part === parts[index]),
    )
    const stream = found?.stream.deref() ?? create()
    if (!found) known.push({ parts, stream: new WeakRef(stream) })
    return stream
  }
}
