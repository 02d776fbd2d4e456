import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { frame, opcodes } from '../../../../testing/frame.ts'
import { inParallel, long } from '../../../../testing/long.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RawConnection } from '../../../../testing/raw.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect } from '../../../../testing/socket-client.ts'
import type { TestSocket } from '../../../../testing/socket-client.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import type { Target } from '../../../../testing/targets.ts'
import { open } from '../../../ws/test/hostile/handshakes.ts'
import { app } from '../run-contract.ts'

/** How many clients flood at once, what each sends, and how often all of it is repeated. */
const clients = long ? 20 : 5
const bytes = long ? 2 ** 26 : 2 ** 22
const rounds = long ? 5 : 2

const { text, continuation, ping, pong } = opcodes
const times = (count: number, one: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => one))

interface Flood {
  /** Sent first. */
  first?: Buffer
  /** Sent again and again. */
  chunk: Buffer
  /** How many bytes at most, whatever the size of the flood. @default no bound */
  most?: (target: Target) => number
}

const floods: Record<string, Flood> = {
  'pings of 125 bytes': { chunk: times(500, frame(ping, 'x'.repeat(125))) },
  'empty pings': { chunk: times(10_000, frame(ping)) },
  'pongs that nobody asked for': { chunk: times(500, frame(pong, 'x'.repeat(125))) },
  'messages to an echo': { chunk: times(60, frame(text, 'x'.repeat(1000))) },
  'asking whether the server lives': { chunk: times(10_000, frame(text, '\0')) },
  'a message of 1-byte fragments': {
    first: frame(text, 'x', { fin: false }),
    chunk: times(10_000, frame(continuation, 'x', { fin: false })),
  },
  'a message of empty fragments': {
    first: frame(text, '', { fin: false }),
    chunk: times(10_000, frame(continuation, '', { fin: false })),
  },
  'a message that is never whole': {
    // 1 MiB, which the route would take, and all but its last byte
    first: frame(text, '', { length: [127, 0, 0, 0, 0, 0, 0x10, 0, 0] }),
    chunk: Buffer.alloc(2 ** 16, 'x'),
    most: () => 2 ** 20 - 1,
  },
  'a message larger than any route takes': {
    first: frame(text, '', { length: [127, 0, 0, 0, 0, 1, 0, 0, 0] }),
    chunk: Buffer.alloc(2 ** 16, 'x'),
    // Deno takes 64 MiB.
    most: ({ runtime, mode }) => (runtime === 'deno' && mode === 'production' ? 2 ** 22 : 2 ** 24 - 1),
  },
}

describe.each(targets.filter(({ name, mode }) => mode === 'production' || name === 'node dev'))(
  '$name',
  (target) => {
    let server: RunningServer
    let honest: TestSocket
    beforeEach(async () => {
      server = await serve(target, app, {
        NODE_OPTIONS: '--expose-gc',
        DENO_V8_FLAGS: '--expose-gc',
      })
      honest = await connect(`${server.url}/socket/echo`)
    })
    afterEach(async () => {
      await server.stop()
    })

    const vitals = async (): Promise<{ heapUsed: number; rss: number; peers: number }> =>
      (await fetch(`${server.url}/vitals`)).json() as never
  },
)
