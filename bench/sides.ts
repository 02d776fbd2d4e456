import { bin, root } from '../testing/run-server.ts'
import { runtimes } from '../testing/targets.ts'
import type { Target } from '../testing/targets.ts'
import { join } from 'node:path'

export type Runtime = Target['runtime']

/** How a subscriber is made, as its first bytes. */
export interface Greeting {
  method: 'GET' | 'POST'
  path: string
  upgrade: boolean
  /** What it says as soon as it is connected, as a message or as its body. @default nothing */
  say?: string
  /** What it has read before it says anything on a socket. @default the head of the answer */
  cue?: string
  /** What it says from time to time, before it is asked for a sign of life. @default nothing */
  beat?: string
  /** What it has read when it is subscribed. */
  ready: string
}

/** One server to be measured, and its subscribers. */
export interface Side {
  file: (runtime: Runtime) => string
  greeting: Greeting
}

const app = 'bench/app/build/index.js'
const rival = (name: string): string => `bench/rivals/${name}.ts`
const own = (name: string) => (runtime: Runtime) => rival(`${name}-${runtime}`)

const subscribe = (...ids: string[]): string =>
  [
    '{"hi":{"v":1}}',
    ...ids.map((id, index) => JSON.stringify({ id: index + 1, sub: { ch: 'events', p: { id } } })),
  ].join('\n')

/** A subscriber of ours, on either transport. */
export const ours = (transport: Transport, ...ids: string[]): Greeting => ({
  method: transport === 'sockets' ? 'GET' : 'POST',
  path: '/channels',
  upgrade: transport === 'sockets',
  say: subscribe(...ids),
  ...(transport === 'sockets' && { beat: '{}' }),
  ready: '"up":',
})

const socketIo: Greeting = {
  method: 'GET',
  path: '/socket.io/?EIO=4&transport=websocket',
  upgrade: true,
  cue: '"sid"',
  say: '40',
  beat: '3',
  ready: '40{',
}

const open: Greeting = { method: 'GET', path: '/open', upgrade: false, ready: '\r\n\r\n' }

export type Transport = 'sockets' | 'streams'

export const sides: Record<Transport, Record<string, Side>> = {
  sockets: {
    ours: { file: () => app, greeting: ours('sockets', 'all') },
    'ws in a loop': { file: () => rival('ws'), greeting: { ...open, upgrade: true } },
    'Socket.IO': { file: () => rival('socket-io'), greeting: socketIo },
    'bare sockets': { file: own('bare'), greeting: { ...open, upgrade: true } },
  },
  streams: {
    ours: { file: () => app, greeting: ours('streams', 'all') },
    'better-sse': { file: own('better-sse'), greeting: open },
    'bare streams': { file: own('bare'), greeting: open },
  },
}

/** A server that more than one process of it share a Redis with. */
export interface RedisSide extends Side {
  env?: Record<string, string>
}

/** All over sockets, since Socket.IO has no streams. */
export const redisSides: Record<string, RedisSide> = {
  ours: { file: () => app, greeting: ours('sockets', 'all') },
  'Socket.IO, Pub/Sub': {
    file: () => rival('socket-io-redis'),
    greeting: socketIo,
    env: { ADAPTER: 'pub-sub' },
  },
  'Socket.IO, streams': {
    file: () => rival('socket-io-redis'),
    greeting: socketIo,
    env: { ADAPTER: 'streams' },
  },
  'a bare script': { file: () => rival('bare-redis'), greeting: { ...open, upgrade: true } },
}

export const commandOf = (runtime: Runtime, file: string): string[] => [
  ...runtimes[runtime].run,
  join(root, file),
]

/** Who subscribes is on Bun, whose bare sockets cost the least. */
export const crowd: string[] = [join(bin, 'bun'), join(root, 'bench', 'crowd', 'serve.ts')]
