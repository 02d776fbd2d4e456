import { showRows } from '../../../../testing/shown-rows.ts'
import type { ShownRows } from '../../../../testing/shown-rows.ts'

const contract = 'packages/ws/test/contract.ts'
const options = 'packages/ws/test/options-contract.ts'
const hotUpdate = 'packages/adapter/test/hot-update.test.ts'
const lifecycle = 'packages/adapter/test/lifecycle.test.ts'
const setUps = 'packages/ws/test/set-ups/adapter-node.test.ts'
const burst = 'packages/adapter/test/long/connects.test.ts'
const client = 'packages/ws/test/unit/client/open-socket.test.ts'

/** Row by row of the design's rivals.md. What comes with channels (presence, calls, resume, several machines) is not a socket's, and stands there. */
const rows: ShownRows = {
  'A2, SvelteKit-integrated-WebSocket': {
    '1: one unmasked frame kills the server process': [[contract, 'what no client should send']],
    '2: upgrades to any other path are never answered': [
      [contract, 'an ordinary route does not become a socket'],
      [
        contract,
        'error, redirect, a Response, a fault and an unknown route answer as for any request, body and headers too',
      ],
    ],
    '3: after two reloads of hooks a client gets three hellos': [
      [hotUpdate, 'an edit of the hooks doubles nothing'],
    ],
    '4: any Origin accepted': [
      [contract, 'a foreign Origin (%s) gets 403 before anything else runs'],
    ],
    '5: the handler is only installed after the first HTTP request': [
      [lifecycle, 'the very first request may be an upgrade, as after a restart'],
    ],
    '6: auth only after 101; no cookies or locals; no max payload, heartbeat, rate limit, backpressure':
      [
        [contract, 'the peer knows the request that opened it, at once and later'],
        [contract, 'a message over maxPayload is refused with 1009, and the server lives'],
        [options, 'a peer that has vanished is found within 1.5 times as long, with 1006'],
        [options, 'over its rate a peer is closed with 1008'],
        [options, 'drained() lets a handler send as fast as is read, and hold little'],
      ],
    '7: breaks on adapter-node 6': [
      [setUps, 'the example, by $name'],
      [setUps, "the contract's app by adapter-node and the example's server"],
    ],
    '8: no client; no types; Node only': [[client, 'the first one connects, the last one closes']],
    'users’ #2: EventEmitter memory-leak warning': [
      [
        hotUpdate,
        '${edits} edits with ${peers} open peers: each is closed with 1012, and comes back to the new code',
      ],
    ],
  },
  'C2, the table of features': {
    'dev, preview, prod and runtimes': [
      ['packages/adapter/test/node-dev.test.ts', "runContract('node dev')"],
      ['packages/adapter/test/bun-dev.test.ts', "runContract('bun dev')"],
      ['packages/adapter/test/deno-dev.test.ts', "runContract('deno dev')"],
      ['packages/adapter/test/node-preview.test.ts', "runContract('node preview')"],
      ['packages/adapter/test/bun-preview.test.ts', "runContract('bun preview')"],
      ['packages/adapter/test/deno-preview.test.ts', "runContract('deno preview')"],
      ['packages/adapter/test/node.test.ts', "runContract('node')"],
      ['packages/adapter/test/bun.test.ts', "runContract('bun')"],
      ['packages/adapter/test/deno.test.ts', "runContract('deno')"],
    ],
    'keeps the official adapter': [[setUps, 'the example, by $name']],
    'handler HMR': [
      [
        hotUpdate,
        '${edits} edits with ${peers} open peers: each is closed with 1012, and comes back to the new code',
      ],
      [hotUpdate, 'a restart of the dev server closes all with 1012, and they come back'],
    ],
    'use from any server code': [
      [contract, 'peers() reaches the open ones from any server code, and forgets the closed ones'],
      [options, 'a topic belongs to its route, also for what any server code publishes'],
    ],
    'auth before 101': [
      [
        contract,
        'error, redirect, a Response, a fault and an unknown route answer as for any request, body and headers too',
      ],
    ],
    '`event.locals` / `getRequestEvent` in handlers': [
      [contract, 'callbacks see the scope, the event and the one peer of the opening request'],
    ],
    'cookies / Set-Cookie on 101': [
      [contract, 'cookies and headers that handle and the route set arrive with the 101'],
    ],
    'Origin check': [
      [contract, 'a foreign Origin (%s) gets 403 before anything else runs'],
      [options, 'are let in there, and nowhere else'],
    ],
    topics: [
      [options, 'what is published reaches the other subscribers of the topic, and nobody else'],
    ],
    'schema validation': [[options, 'are JSON, as the schemas make it']],
    'typed client': [['packages/ws/test/unit/client/types.test-d.ts', 'openSocket<typeof']],
    'reconnect + backoff': [
      [
        'packages/core/test/unit/client/backoff.test.ts',
        'an attempt lies anywhere in its window, as chance has it',
      ],
      [client, 'comes back'],
    ],
    'offline queue': [[client, 'queued']],
    backpressure: [[options, 'drained() lets a handler send as fast as is read, and hold little']],
    'slow-client policy choosable': [
      [contract, 'a peer that does not read is closed, and what could not be sent is said'],
      [options, 'overflow: drop keeps it, says what was dropped, and holds no more than its bound'],
    ],
    'rate limit': [[options, 'over its rate a peer is closed with 1008']],
    'max payload': [
      [contract, 'a message over maxPayload is refused with 1009, and the server lives'],
    ],
    heartbeat: [[options, 'a peer that is quiet but there stays']],
    binary: [[contract, 'text and bytes come back as they went, in order']],
    'test helpers': [
      [
        'packages/ws/test/unit/test-socket.test.ts',
        'gives a test two peers of a route, without a network',
      ],
    ],
    'graceful shutdown': [
      [
        lifecycle,
        'SIGTERM tells sockets to come back, ends streams, and waits for what is under way',
      ],
      [lifecycle, 'no peer can hold the server longer than SHUTDOWN_TIMEOUT'],
    ],
    'survives malformed upgrade': [
      [contract, 'what no client should send'],
      ['packages/ws/test/hostile/hostile.ts', 'before there is a socket'],
      [
        burst,
        'connects as fast as this machine makes them, dropped and held, leave nothing behind',
      ],
    ],
  },
}

showRows(rows)
