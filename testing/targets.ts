import { join } from 'node:path'
import { bin, runServer } from './run-server.ts'
import type { RunningServer, RunServerOptions } from './run-server.ts'

/** Where a runtime differs and we cannot mend it. Each is in the README's table, with its reason. */
export const gaps = {
  masking: 'Deno takes unmasked frames of clients, and tells nobody.',
  'crossed-close':
    'Deno drops a socket on which a message crosses our close; its client sees 1006.',
  'early-frame': 'Bun answers 400 to a frame that comes before its 101.',
  'silent-errors':
    'Deno ends a socket that breaks the protocol without saying why; its client sees 1006.',
  'long-control': 'Deno takes pongs and close frames of more than 125 bytes.',
  'uncounted-pings':
    'Deno answers pings, takes pongs and tells nobody, so they do not count for `rateLimit`.',
  'greedy-frames':
    'Deno reads on while pongs and unfinished messages come, so a client that sends them faster than it reads holds up all others.',
  'lost-upgrades': 'Deno may keep the connection of an upgrade whose client leaves before the 101.',
  'slow-requests': 'Deno has no limit for the time that a request takes; the proxies above have.',
  'after-response':
    'Deno may show one request’s context to others, so there a request’s stores end with its response, sockets and streams; what goes on after them gets `no-scope`.',
  'late-headers':
    'Bun sends the 101 of a socket before the middleware of `app` has ended; headers that it adds after `next()` are lost.',
} as const

/** One way to serve an app. Behaviour is written once and run on each. */
export interface Target {
  name: string
  runtime: 'node' | 'bun' | 'deno'
  mode: 'production' | 'dev' | 'preview'
  command: string[]
  gaps: (keyof typeof gaps)[]
  /** Beside what a test sets. */
  env?: Record<string, string>
}

export const vite: string = join(bin, '..', 'vite', 'bin', 'vite.js')
const at = ['--host', '127.0.0.1', '--port', '0']

/** How each runtime runs a file, and where it differs. */
export const runtimes = {
  node: { run: [join(bin, 'node')], gaps: [] },
  bun: { run: [join(bin, 'bun'), '--bun'], gaps: ['early-frame', 'late-headers'] },
  deno: {
    run: [join(bin, 'deno'), 'run', '-A'],
    gaps: [
      'crossed-close',
      'masking',
      'silent-errors',
      'long-control',
      'uncounted-pings',
      'greedy-frames',
      'lost-upgrades',
      'slow-requests',
      'after-response',
    ],
  },
} satisfies Record<Target['runtime'], { run: string[]; gaps: Target['gaps'] }>

/**
 * Vite's server is Node's on every runtime, so what the servers of Bun and Deno lack, they lack in
 * production only; Deno's contexts are its own everywhere.
 */
export const targets: Target[] = Object.entries(runtimes).flatMap(([name, { run, gaps: own }]) => {
  const runtime = name as Target['runtime']
  const contexts = (own as Target['gaps']).filter((gap) => gap === 'after-response')
  return [
    { name, runtime, mode: 'production', command: [...run, 'build/index.js'], gaps: own },
    {
      name: `${name} dev`,
      runtime,
      mode: 'dev',
      command: [...run, vite, 'dev', ...at],
      gaps: contexts,
    },
    {
      name: `${name} preview`,
      runtime,
      mode: 'preview',
      command: [...run, vite, 'preview', ...at],
      gaps: contexts,
    },
  ]
})

/** The same sockets by @hono/node-ws and @hono/node-server 1. */
export const nodeWsTarget: Target = {
  name: 'node-ws',
  runtime: 'node',
  mode: 'production',
  command: [...runtimes.node.run, join(import.meta.dirname, 'node-ws', 'server.ts')],
  gaps: [],
}

export function target(name: string): Target {
  const found = targets.find((one) => one.name === name)
  if (!found) throw new Error(`There is no target '${name}'`)
  return found
}

/** Serves an app on a free port. */
export function serve(
  { command, mode, runtime, env: own }: Target,
  app: string,
  env: Record<string, string> = {},
  options: Pick<RunServerOptions, 'ready' | 'fd'> = {},
): Promise<RunningServer> {
  return runServer({
    ...options,
    command,
    cwd: app,
    env: { ...(mode === 'dev' && { DEV_FILES: runtime }), ...own, ...env },
  })
}
