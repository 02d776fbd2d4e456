import { showRows } from '../../../../testing/shown-rows.ts'
import type { Shown, ShownRows } from '../../../../testing/shown-rows.ts'

const contract = 'packages/sse/test/contract.ts'
const endings = 'packages/sse/test/endings-contract.ts'
const lifecycle = 'packages/adapter/test/lifecycle.test.ts'
const proxies = 'packages/adapter/test/proxies/proxy-contract.ts'
const foreignClients = 'packages/sse/test/interop-clients/clients.test.ts'
const stream = 'packages/sse/test/unit/event-stream.test.ts'
const history = 'packages/sse/test/unit/history.test.ts'
const open = 'packages/sse/test/unit/streams.test.ts'
const types = 'packages/sse/test/unit/types.test-d.ts'
const source = 'packages/sse/test/unit/client/create-source.test.ts'
const connection = 'packages/sse/test/unit/client/stream-connection.test.ts'
const selection = 'packages/sse/test/unit/client/selection.test.ts'

const asWritten: Shown = [contract, 'what goes in comes out: names, ids, lines and values']
const noForgery: Shown = [contract, 'CR, LF and NUL forge neither a field nor an event']
const resumes: Shown = [
  contract,
  'a client that comes back gets what it has missed, or is told that nobody knows',
]
const leaves: Shown = [endings, 'a client that leaves (%s) is noticed within a second']
const once: Shown = [
  endings,
  'each that has left was cleaned up after once, in the scope of its request',
]
const ofOneUser: Shown = [contract, 'streams() reaches those of one user from any server code']
const friends: Shown = [open, 'one line notifies the friends of a user, and nobody else']
const quietOnBun: Shown = [contract, 'lives past the 10 s after which Bun ends quiet connections']
const head: Shown = [contract, 'the head comes at once, with what keeps proxies and caches away']
const notOverrun: Shown = [
  endings,
  'a reader that does not read ends its own stream, not the memory',
]
const lockEnds: Shown = [
  endings,
  'lock.set(false) ends it from the server, and nothing comes after',
]
const sharedKey: Shown = [source, 'do not where they are not equal: %s']
const sharing: Shown = [source, 'share a connection: %s']
const oracle: Shown = [
  connection,
  'of any stream, also one that no writer would write, are those of the oracle: seed %d',
]
const comesBack: Shown = [connection, 'that %s is the beginning of a wait']
const seldom: Shown = [
  connection,
  'a route that says 500 is asked at most 8 times in 30 s, with waits as chance has them: %s',
]
const fatal: Shown = [connection, '%d refuses, until start']
const retriable: Shown = [connection, '%d is tried again']
const asks: Shown = [connection, 'carries the method, the headers and the body that were given']
const lastEventId: Shown = [connection, 'is the id of the last event that had one']
const told: Shown = [source, 'is told what failed, with the answer and the way back']
const onDemand: Shown = [source, 'is made by the first reader only, and is one for all']
const closes: Shown = [source, 'close ends the stream whoever still reads, and twice does nothing']

/**
 * Row by row of the design's rivals.md. What comes with channels (several topics over one connection,
 * one connection for all tabs, several machines, schemas) is not a stream's, and stands there.
 */
const rows: ShownRows = {
  'A4, sveltekit-sse': {
    '1: CR injection': [noForgery],
    '2: CR in an event name accepted': [noForgery],
    '3: an async start() that rejects is an unhandled rejection': [
      [contract, 'what an async start rejects with before its first event is the answer (%s)'],
      [contract, 'a rejection that comes later ends the stream and nothing else'],
    ],
    "4: unnamed events never reach select('message')": [
      [source, "events without a name are under 'message', and so is a select without one"],
    ],
    '5: unsubscribing one selection stops another': [
      [source, 'leaving one selection leaves the others alone, and the last one closes'],
    ],
    '6: content-type with a charset refused': [
      [connection, "'text/event-stream; charset=utf-8'"],
      [connection, 'a 200 of the type "%s" is a stream'],
    ],
    '7: neither Last-Event-ID nor Accept is sent': [
      [connection, 'is a GET that asks for an event stream and no cached one'],
      lastEventId,
    ],
    '8: a dropped connection is not told, and does not come back': [told, comesBack],
    '9: the key of the cache ignores forms and callbacks: cross-room data': [sharedKey, sharing],
    "10: json(or) is called with '' before any data": [
      [selection, 'is undefined before the first event, then the data parsed'],
      [selection, 'or is told what could not be parsed, why, and what was before'],
    ],
    '11: no backpressure': [
      notOverrun,
      [stream, 'is waited for by drained()'],
      [contract, 'is as fast as its reader, and returns when the reader has left'],
    ],
    '12: 412 to 1044 requests in half a second against a 500': [
      seldom,
      ['packages/adapter/test/long/failing.test.ts', 'a route that says 500 is asked at most 8'],
    ],
    '13: the parser differs from eventsource-parser': [
      oracle,
      [connection, 'comments are none'],
      [connection, 'a byte order mark before the first one is left out'],
    ],
    '14: on Bun an idle stream is cut after 10 s': [quietOnBun],
    'a ping is an event that consumes ids': [
      [stream, 'comes after a silence of 15 seconds by default'],
    ],
    'no retry, no own ids, no reading of Last-Event-ID': [
      head,
      asWritten,
      [contract, 'the producer learns where a client resumes'],
    ],
    "the value in SSR is always ''": [
      [source, 'on the server readers see the initial value, and nothing connects'],
      [selection, 'maps each value, the initial one included'],
    ],
    'no runes': [onDemand, [source, 'effects are told each status']],
    'no X-Accel-Buffering': [
      head,
      [proxies, 'an event of a stream arrives before the next one is made'],
    ],
    'needs window and document': [
      [
        foreignClients,
        'our own client does in a worker, where there is neither window nor document',
      ],
    ],
  },
  'A4, what users of sveltekit-sse ask for': {
    'disconnect detection': [leaves, once],
    'Bun #58': [quietOnBun, leaves],
    'crash “controller closed”': [
      ['packages/adapter/test/run-contract.ts', 'the process has lived through all of it'],
      [stream, 'closed: says that the stream has ended'],
    ],
    'exponential reconnect': [seldom],
    'fatal or retriable': [fatal, retriable],
    'status and error': [told, [source, 'effects are told each status']],
    'emit from elsewhere, broadcast': [ofOneUser, friends, resumes],
    'one connection over pages': [sharing],
    'GET, headers': [asks],
    'connect on demand': [onDemand, [source, 'connect tries again after a refusal']],
    types: [[types, 'expectTypeOf(clock).toEqualTypeOf<Source>()']],
  },
  'A5, the gist': {
    'the store is global to all users': [ofOneUser],
    'pop() loses the event when the target is another user': [resumes, friends],
    'no target; a string compared with a number': [friends],
    'the stream is closed at once, so that EventSource polls': [
      [foreignClients, 'reads what was sent, whatever it is'],
      quietOnBun,
    ],
    "GET({ requestEvent }) is not SvelteKit's signature": [
      [types, 'export const GET: Handler = produce<ClockEvent>'],
      [contract, 'inside a handler, produce gives the response'],
    ],
    'user.friends.array.forEach does not exist': [friends],
    'EventSource has no headers': [asks],
    'onmessage switches on a type that is always message': [
      [source, 'the same select twice is two selections, each with its own value'],
      [source, 'events that nobody has selected go by'],
    ],
    'enqueue(string) instead of bytes': [
      asWritten,
      [
        stream,
        'what was emitted is what an oracle reads of the bytes, however they are cut, and nothing else: seed %d',
      ],
    ],
    'mutates page data without reactivity': [
      [selection, 'is listened to by the first reader, and by none after the last'],
      ['apps/demo/e2e/pages.test.ts', 'every page works without a complaint of the browser'],
    ],
    'the array grows for ever': [
      [history, 'says what it no longer has, whatever the number of events'],
      [history, 'forgets what is too old'],
      [
        'packages/sse/test/unit/replay.test.ts',
        'keys are bounded: the one that was used longest ago, and that nobody reads, is forgotten',
      ],
    ],
  },
  'C3, the table of features': {
    'GET / POST': [asks, [contract, 'inside a handler, produce gives the response']],
    'request headers (client)': [asks, [connection, 'asks a function of headers anew']],
    'json / transform': [[source, 'json falls back, and transform goes on from there']],
    'own ids, retry': [asWritten, head, [connection, 'retry: sets the wait']],
    'Last-Event-ID read and sent': [
      lastEventId,
      [contract, 'the producer learns where a client resumes'],
    ],
    'replay store': [resumes],
    'auto reconnect and backoff': [comesBack, seldom],
    'fatal or retriable': [fatal, retriable],
    'Retry-After': [
      [connection, '%d with Retry-After in seconds waits for them'],
      [connection, '%d with Retry-After as a date waits for it'],
    ],
    ping: [
      [stream, 'comes after a silence of 15 seconds by default'],
      [stream, 'ping: Infinity means no heartbeat'],
    ],
    'stop, lock': [lockEnds, once],
    'several event names per connection': [
      asWritten,
      [source, 'leaving one selection leaves the others alone, and the last one closes'],
    ],
    'shared connection in the tab': [sharing, sharedKey],
    'close()': [closes],
    backpressure: [notOverrun, [stream, 'is waited for by drained()']],
    'multi-line data intact': [asWritten],
    'safe from CR and LF': [
      noForgery,
      [stream, 'serialize makes text of data that is none'],
      [stream, 'what serialize makes forges nothing'],
    ],
    'topics, broadcast': [
      ofOneUser,
      ['packages/sse/test/unit/replay.test.ts', 'with a key each has its own history'],
    ],
    'Bun’s 10 s idle timeout handled': [quietOnBun],
    'X-Accel-Buffering: no': [head],
    'first value in SSR': [[selection, 'maps each value, the initial one included']],
    typed: [[types, 'expectTypeOf(time).toEqualTypeOf<Selection<{ ms: number } | undefined>>()']],
    'disconnect safe (no crash)': [
      leaves,
      ['packages/adapter/test/run-contract.ts', 'the process has lived through all of it'],
    ],
    'standard parser behaviour': [oracle],
  },
  'D, asked for and delivered by none': {
    '3: resume with a gap that is said': [
      resumes,
      [proxies, 'when the app restarts, its clients see 1012 and a 502 or 503'],
    ],
    '5: a taxonomy of reconnecting': [
      fatal,
      retriable,
      [connection, '204 closes, until start'],
      [connection, 'headers may come later, anew for each attempt'],
    ],
    '7: disconnects noticed on every runtime': [leaves, once],
    '8: Bun’s 10 s': [quietOnBun],
    '9: graceful shutdown with open streams': [
      [
        lifecycle,
        'SIGTERM tells sockets to come back, ends streams, and waits for what is under way',
      ],
    ],
  },
}

showRows(rows)
