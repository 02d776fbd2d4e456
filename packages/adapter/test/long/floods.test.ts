import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { frame, opcodes } from '../../../../testing/frame.ts'
import { long } from '../../../../testing/long.ts'
import { rawConnection } from '../../../../testing/raw.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { connect } from '../../../../testing/socket-client.ts'
import type { TestSocket } from '../../../../testing/socket-client.ts'
import { nodeWsTarget, serve, targets } from '../../../../testing/targets.ts'
import type { Target } from '../../../../testing/targets.ts'
import type { Flood, Flooded } from '../../../ws/test/hostile/flooder.ts'
import { open } from '../../../ws/test/hostile/handshakes.ts'
import { app } from '../run-contract.ts'

interface Vitals {
  heapUsed: number
  rss: number
  handles: number
  peers: number
}

const { text, continuation, ping, pong } = opcodes
const times = (count: number, bytes: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes))
const begun = frame(text, 'a', { fin: false })

const clients = 4
/** What each of them sends, in bytes. */
const much = long ? 50_000_000 : 5_000_000
/**
 * What memory may grow by meanwhile, in bytes, however much comes: for each client `maxPending`,
 * `maxPayload` and `maxBuffered`, three halves of a young generation of V8's (16 MiB each), and a fifth
 * for what malloc loses by fragmentation.
 */
const growth = 1.2 * (clients * 18 + 3 * 16) * 2 ** 20

interface Case extends Omit<Flood, 'port' | 'clients'> {
  /** The code of the close frame that those who read get. */
  code?: number
  /** Where there is none. */
  unless?: (target: Target) => boolean
}

const uncounted = ({ gaps }: Target): boolean => gaps.includes('uncounted-pings')

/** What clients send without end, and nobody needs. */
const floods: Record<string, Case> = {
  pings: {
    path: '/socket/echo',
    reads: true,
    chunk: times(100, frame(ping, 'x'.repeat(125))),
    total: much,
    code: 1008,
    // ws drops a client for whom sixty pongs wait.
    unless: ({ runtime }) => runtime !== 'bun',
  },
  'pings on a route without a rate limit, whose pongs nobody reads': {
    path: '/socket/unlimited',
    reads: false,
    chunk: times(100, frame(ping, 'x'.repeat(125))),
    total: 6 * much,
  },
  pongs: {
    path: '/socket/echo',
    reads: true,
    chunk: times(1000, frame(pong)),
    total: much,
    code: 1008,
    unless: uncounted,
  },
  'messages beyond the rate limit': {
    path: '/socket/echo',
    reads: true,
    chunk: times(1000, frame(text, 'x')),
    total: much,
    code: 1008,
    unless: ({ gaps }) => gaps.includes('crossed-close'),
  },
  'messages on a route without a rate limit, whose echoes nobody reads': {
    path: '/socket/unlimited',
    reads: false,
    // Small ones fill the buffers of the machine before those of the server, which takes its time.
    chunk: times(100, frame(text, 'x'.repeat(long ? 1 : 200))),
    total: much,
  },
  'heartbeats on a route without a rate limit, whose answers nobody reads': {
    path: '/socket/unlimited',
    reads: false,
    chunk: times(100, frame(text, '\0')),
    total: long ? much : 500_000,
  },
  'a message of a million fragments of one byte': {
    path: '/socket/echo',
    reads: true,
    first: begun,
    chunk: times(1000, frame(continuation, 'x', { fin: false })),
    total: 7_000_000,
    code: 1008,
    // The others take a million fragments for a megabyte, which they are.
    unless: ({ runtime, mode }) => runtime !== 'node' && mode === 'production',
  },
  'a message of empty fragments without end': {
    path: '/socket/echo',
    reads: true,
    first: begun,
    chunk: times(1000, frame(continuation, '', { fin: false })),
    total: much,
    code: 1008,
    unless: ({ runtime, mode }) => runtime !== 'node' && mode === 'production',
  },
  'a message that is too large, in small frames': {
    path: '/socket/echo',
    reads: true,
    first: begun,
    chunk: times(10, frame(continuation, 'x'.repeat(1000), { fin: false })),
    // Over it twice, where the runtime holds no more than it.
    total: 2 ** 21,
    code: 1009,
    // Deno has its own limit, and who calls `attach` says one.
    unless: ({ runtime, mode, name }) =>
      runtime === 'deno' || mode !== 'production' || name === 'node-ws',
  },
}

const served = [...targets, nodeWsTarget].filter(
  ({ name, mode }) =>
    (mode === 'production' && (long || name !== 'node-ws')) || (long && name === 'node dev'),
)

describe.each(served)('$name', (target) => {
  let server: RunningServer
  let honest: TestSocket
  beforeAll(async () => {
    server = await serve(target, app, {
      NODE_OPTIONS: '--expose-gc',
      DENO_V8_FLAGS: '--expose-gc',
    })
    honest = await connect(`${server.url}/socket/echo`)
  })
  afterAll(() => server.stop())

  const vitals = async (query = ''): Promise<Vitals> =>
    (await fetch(`${server.url}/vitals${query}`)).json() as Promise<Vitals>
  const echo = async (): Promise<void> => {
    honest.ws.send('still here')
    expect(await honest.next()).toBe('still here')
  }

  test.each(Object.entries(floods))(
    '%s: memory stays flat, and an honest peer and plain requests are answered',
    { timeout: 300_000 },
    async (name, { code, unless, ...flood }) => {
      const before = await vitals()
      const worker = new Worker(new URL('../../../ws/test/hostile/flooder.ts', import.meta.url), {
        workerData: { ...flood, port: server.port, clients } satisfies Flood,
      })
      const flooded = once(worker, 'message') as Promise<[Flooded[]]>
      let [most, slowest] = [before.rss, 0]
      let ended: [Flooded[]] | undefined
      while (!ended) {
        const begin = performance.now()
        await echo()
        most = Math.max(most, (await vitals('?as-it-is')).rss)
        slowest = Math.max(slowest, performance.now() - begin)
        ended = await Promise.race([flooded, Promise.resolve(undefined)])
      }
      const [all] = ended
      await worker.terminate()
      if (code && !unless?.(target)) expect(all.map((one) => one.code)).toContain(code)
      expect(most - before.rss).toBeLessThan(growth)
      await eventually(async () => (await vitals()).peers === 1, 60_000)
      await eventually(async () => (await vitals()).heapUsed - before.heapUsed < 2_000_000, 20_000)
      if (long) {
        const more = (most - before.rss) / 1e6
        console.log(
          `${target.name}: ${name}: ${more.toFixed(0)} MB of memory more meanwhile, ${(((await vitals()).heapUsed - before.heapUsed) / 1e6).toFixed(1)} MB of heap afterwards; an echo and a request took ${slowest.toFixed(0)} ms at most`,
        )
      }
    },
  )

  if (long)
    test(
      'clients that are closed, and neither read their close frame nor leave, are dropped',
      { timeout: 120_000 },
      async () => {
        const before = await vitals()
        const deaf = await Promise.all(
          Array.from({ length: 100 }, async (_, index) => {
            const raw = rawConnection(server.port, open('/socket/flood'), { halfOpen: true })
            await raw.answered
            raw.socket.pause()
            // Half of them read too slowly, half break the protocol.
            raw.socket.write(frame(index % 2 ? text : 3, 'go'))
            return raw
          }),
        )
        await eventually(async () => {
          await echo()
          const { peers, heapUsed } = await vitals()
          return peers === 1 && heapUsed - before.heapUsed < 2_000_000
        }, 60_000)
        await eventually(async () => (await vitals()).handles <= before.handles + 5, 60_000)
        for (const { socket } of deaf) socket.destroy()
      },
    )

  test('the process has lived through all of it, and its log holds no unhandled error', () => {
    expect(server.child.exitCode).toBeNull()
    expect(server.output()).not.toMatch(/unhandled|uncaught/i)
  })
})
