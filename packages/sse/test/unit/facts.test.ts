import { showRows } from '../../../../testing/shown-rows.ts'
import type { Shown } from '../../../../testing/shown-rows.ts'

const contract = 'packages/sse/test/contract.ts'
const endings = 'packages/sse/test/endings-contract.ts'
const lifecycle = 'packages/adapter/test/lifecycle.test.ts'
const proxies = 'packages/adapter/test/proxies/proxy-contract.ts'
const stream = 'packages/sse/test/unit/event-stream.test.ts'

const leaves: Shown = [endings, 'a client that leaves (%s) is noticed within a second']
const once: Shown = [
  endings,
  'each that has left was cleaned up after once, in the scope of its request',
]
const head: Shown = [contract, 'the head comes at once, with what keeps proxies and caches away']
const headRequest: Shown = [endings, 'HEAD does not start the producer']
const noForgery: Shown = [contract, 'CR, LF and NUL forge neither a field nor an event']
const quiet: Shown = [contract, 'lives past the 10 s after which Bun ends quiet connections']
const asWritten: Shown = [contract, 'what goes in comes out: names, ids, lines and values']
const http2: Shown[] = [
  [stream, 'is an event stream that proxies neither hold back nor store'],
  [proxies, 'a stream comes over HTTP/2'],
]

/** Row by row what the design's facts/hono-and-runtimes.md says of streams on the three runtimes. */
showRows({
  '1.7, shutdown': {
    'an open stream holds the server': [
      [
        lifecycle,
        'SIGTERM tells sockets to come back, ends streams, and waits for what is under way',
      ],
      [lifecycle, 'Ctrl-C ends it at once, whatever is open'],
    ],
  },
  '2.1, disconnects': {
    'FIN, RST and half-close, with or without pending writes': [
      leaves,
      once,
      [endings, 'so it is (%s) where nothing is written, which would find it out'],
    ],
    'a peer that vanishes is not seen until a write fails': [
      [endings, 'one that vanishes in silence is noticed by maxAge'],
      [endings, 'a client that still lives resumes after maxAge without a gap'],
    ],
    'Deno aborts the request’s signal after every response': [leaves, once],
    'the client is gone before an async handler returns its stream': [
      [endings, 'one that leaves before an async start has an event is cleaned up after, too'],
    ],
    'callbacks of the end lose their context': [
      once,
      [
        contract,
        'an async start keeps the scope of its request, and so do its clean-up and the option stop',
      ],
    ],
  },
  '2.2, what streamSSE lacks or gets wrong': {
    'no heartbeat': [[stream, 'comes after a silence of 15 seconds by default']],
    'no Last-Event-ID': [[contract, 'the producer learns where a client resumes']],
    'no replay': [
      [contract, 'a client that comes back gets what it has missed, or is told that nobody knows'],
    ],
    'no drain': [
      [stream, 'is waited for by drained()'],
      [contract, 'is as fast as its reader, and returns when the reader has left'],
    ],
    'no bound; what is not awaited queues': [
      [endings, 'a reader that does not read ends its own stream, not the memory'],
      [stream, 'with overflow: drop loses what it cannot take, is told, and stays'],
    ],
    'a write to a closed stream says nothing': [
      [stream, 'closed: says that the stream has ended'],
      leaves,
    ],
    'injection by CR, LF, NUL in an id': [noForgery],
    'injection by a retry that is text': [
      ['packages/sse/test/unit/format.test.ts', '%s is a bad argument'],
    ],
    'data that is no text': [asWritten],
    'the message of an error goes to the client': [
      [contract, 'a rejection that comes later ends the stream and nothing else'],
      [contract, 'what it throws later ends the stream and nothing else'],
    ],
    'headers of the connection crash HTTP/2': http2,
    'HEAD leaks a producer': [headRequest],
    'compression and etag hold a stream back': [head],
  },
  '2.3, Bun': {
    'idleTimeout of 10 s': [
      quiet,
      ['packages/adapter/test/long/quiet.test.ts', 'a stream that is silent for'],
    ],
    'the head waits for the first chunk': [head],
  },
  '3.1, mounting': {
    'SSE through SvelteKit, in each mode': [
      asWritten,
      [contract, 'inside a handler, produce gives the response'],
    ],
  },
  '5, traps': {
    'the first chunk is delayed by a pre-read (node-server#266)': [head],
    'streamSSE on HTTP/2 (hono#4041)': http2,
    'HEAD runs the GET handler (hono#1130)': [headRequest],
    'Bun’s idleTimeout (bun#13392)': [quiet],
    'Bun holds the head back (bun#33660)': [head],
    'a stream dropped after a disconnect (bun#41011)': [
      once,
      ['packages/adapter/test/run-contract.ts', 'the process has lived through all of it'],
    ],
    'Deno’s signal aborts on success (deno#27005)': [leaves],
  },
})
