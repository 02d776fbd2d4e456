import { eventOf } from './batch.ts'

const encoder = new TextEncoder()
const readers = new Set<ReadableStreamDefaultController<Uint8Array>>()

/** Encodes once, and writes to each stream. */
export function writeToStreams(message: string): void {
  const bytes = encoder.encode(eventOf(message))
  for (const reader of readers) reader.enqueue(bytes)
}

/** A stream of its own for one who asks. */
export function openStream(): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      readers.add(controller)
      // Bun holds the head back until there is a body.
      controller.enqueue(encoder.encode(':\n\n'))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
