import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import process from 'node:process'

export const root: string = join(import.meta.dirname, '..')

/** The binaries that the project brings, so that a test never depends on what the machine has. */
export const bin: string = join(root, 'node_modules', '.bin')

export interface RunningServer {
  /** Such as `http://127.0.0.1:4173`, without a slash at the end. */
  url: string
  port: number
  child: ChildProcess
  /** Everything that it has printed. */
  output(): string
  /** Sends a signal and waits for the end. Stopping twice does nothing. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export interface RunServerOptions {
  command: string[]
  cwd: string
  env?: Record<string, string>
  /** What it prints when it listens. @default an address by http */
  ready?: RegExp
  /** A socket of this process that it gets, behind its stderr. @default none */
  fd?: number
  /** How long it may take to print its address, in ms. @default 60_000 */
  timeout?: number
}

/** Starts a server as a process of its own, and waits for the address that it prints. */
export async function runServer({
  command: [program = '', ...args],
  cwd,
  env = {},
  ready = /https?:\/\/[\w.[\]:-]*:\d+/,
  fd,
  timeout = 60_000,
}: RunServerOptions): Promise<RunningServer> {
  const child = spawn(program, args, {
    cwd,
    env: {
      ...process.env,
      // Vitest's own; a server is no test.
      NODE_ENV: undefined,
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      NO_COLOR: '1',
      FORCE_COLOR: '0',
      HOST: '127.0.0.1',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', ...(fd === undefined ? [] : [fd])],
    // A group of its own, so that a signal reaches what it has started, as Ctrl-C in a terminal does.
    detached: true,
  })
  const signalAll = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // It has ended by itself.
    }
  }
  let output = ''
  let listens = false
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const read = (chunk: Buffer): void => {
    output += chunk
    if (listens) return
    const address = ready.exec(output)?.[0]
    if (!address) return
    listens = true
    resolve(address)
  }
  child.stdout?.on('data', read)
  child.stderr?.on('data', read)
  const ended = once(child, 'exit')
  const timer = setTimeout(() => reject(new Error('no address in time')), timeout)
  child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened`)))
  child.once('error', reject)
  try {
    const url = (await promise).replace('localhost', '127.0.0.1')
    return {
      url,
      // NaN where it listens on none.
      port: Number(URL.parse(url)?.port || Number.NaN),
      child,
      output: () => output,
      async stop(signal = 'SIGKILL') {
        signalAll(signal)
        const [code, by] = (await ended) as [number | null, NodeJS.Signals | null]
        return { code, signal: by }
      },
    }
  } catch (cause) {
    signalAll('SIGKILL')
    throw new Error(`${[program, ...args].join(' ')} did not start:\n${output}`, { cause })
  } finally {
    clearTimeout(timer)
  }
}
