import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { debianPackages } from './debian-packages.ts'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'

/** A Redis of its own, with its own data. */
export interface RedisServer {
  readonly port: number
  /** Such as `redis://127.0.0.1:6379`. */
  readonly url: string
  /** Where its data is. */
  readonly folder: string
  /** Starts it again, on the same port and with the same data. */
  start(): Promise<void>
  /** Sends a signal; waits for the end of it if that is what it means. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** Ends it, and its data. */
  stop(): Promise<void>
}

/** @returns why there is no Redis; `undefined` when there is one */
export const lacksRedis = (): Promise<string | undefined> => debianPackages('redis-server')

/** @param settings as on its command line. @default nothing is saved */
export const startRedis = (...settings: string[]): Promise<RedisServer> =>
  startServer(() => ['--save', '', ...settings])

/**
 * A Sentinel that alone decides, of a master and the replicas that it has now.
 *
 * @param name of the master
 */
export const startSentinel = (name: string, master: RedisServer): Promise<RedisServer> =>
  startServer(async (folder) => {
    // It writes there what it finds out.
    const file = join(folder, 'sentinel.conf')
    await writeFile(
      file,
      [
        `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
        `sentinel down-after-milliseconds ${name} 1000`,
        `sentinel failover-timeout ${name} 5000`,
      ].join('\n'),
    )
    return [file, '--sentinel']
  })

async function startServer(
  settings: (folder: string) => string[] | Promise<string[]>,
): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kitrt-redis-'))
  const port = await freePort()
  const args = await settings(folder)
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const one = spawn(
      'redis-server',
      [...args, '--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
      { stdio: 'ignore' },
    )
    child = one
    await eventually(async () => {
      if (one.exitCode !== null) throw new Error(`redis-server ended with ${one.exitCode}`)
      return (await ask(port, 'PING')) === '+PONG'
    }, 20_000)
  }

  async function signal(name: NodeJS.Signals): Promise<void> {
    const one = child
    if (!one || one.exitCode !== null || one.signalCode !== null) return
    const ended = once(one, 'exit')
    one.kill(name)
    if (name === 'SIGKILL') await ended
  }

  await start()
  return {
    port,
    folder,
    url: `redis://127.0.0.1:${port}`,
    start,
    signal,
    async stop() {
      await signal('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The first line of its answer. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 })
  socket.on('timeout', () => socket.destroy(new Error('no answer')))
  try {
    socket.write(`${command}\r\n`)
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    return chunk.toString().split('\r\n')[0] ?? ''
  } finally {
    socket.destroy()
  }
}
