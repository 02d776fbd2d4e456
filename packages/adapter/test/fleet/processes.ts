import { within } from '../../../../testing/eventually.ts'
import { lastingPort } from '../../../../testing/free-port.ts'
import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve, target } from '../../../../testing/targets.ts'
import { app } from '../run-contract.ts'

/** Server processes of one app, each on a port that it keeps. */
export interface Processes {
  readonly ports: readonly number[]
  /** Those that serve now. */
  readonly running: readonly number[]
  start(index: number): Promise<void>
  /** Ends one, and waits until it has. */
  stop(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** What went wrong, in words. */
  readonly faults: string[]
  close(): Promise<void>
}

/** As the issue has it: not all are of one kind. */
const runtimes = ['node', 'node', 'bun', 'deno'] as const

/** How long a process may take to end that was asked to, in ms: less than `SHUTDOWN_TIMEOUT`, after which it is forced. */
const patience = 25_000

export async function startProcesses(env: Record<string, string>): Promise<Processes> {
  const ports = await Promise.all(runtimes.map(lastingPort))
  const servers = new Map<number, RunningServer>()
  const faults: string[] = []

  async function start(index: number): Promise<void> {
    const runtime = runtimes[index] as (typeof runtimes)[number]
    servers.set(index, await serve(target(runtime), app, { ...env, PORT: String(ports[index]) }))
  }

  async function stop(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const server = servers.get(index)
    if (!server) return
    servers.delete(index)
    const { exitCode, signalCode } = server.child
    if (exitCode !== null || signalCode !== null) {
      faults.push(`${runtimes[index]} had ended by itself: ${exitCode ?? signalCode}`)
    }
    const ended = server.stop(signal)
    try {
      const { code } = await within(ended, patience, `${runtimes[index]}, asked to end`)
      if (signal === 'SIGTERM' && code !== 0) faults.push(`${runtimes[index]} ended with ${code}`)
    } catch (error) {
      faults.push((error as Error).message)
      await server.stop('SIGKILL')
    }
    const [unhandled] = /.*(?:unhandled|uncaught).*/i.exec(server.output()) ?? []
    if (unhandled) faults.push(`${runtimes[index]} printed: ${unhandled}`)
  }

  const processes: Processes = {
    ports,
    get running() {
      return [...servers.keys()]
    },
    start,
    stop,
    faults,
    async close() {
      await Promise.all([...servers.keys()].map((index) => stop(index, 'SIGKILL')))
    },
  }
  try {
    await Promise.all(ports.map((_, index) => start(index)))
  } catch (error) {
    await processes.close()
    throw error
  }
  return processes
}
