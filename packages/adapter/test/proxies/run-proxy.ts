import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { eventually } from '../../../../testing/eventually.ts'
import { freePort } from '../../../../testing/free-port.ts'
import { root } from '../../../../testing/run-server.ts'
import { createCertificate } from './certificate.ts'

/** A proxy of Debian's. */
export interface Proxy {
  name: string
  /** The Debian packages that it takes. */
  debian: string[]
  /** Its configuration, a file in this repository. */
  configuration: string
  /** Whether it is spoken to without TLS. @default false */
  plain?: boolean
  /** Whether sockets come over HTTP/2 too. */
  socketsOverHttp2: boolean
  /** The configuration of a test: that file, with these changes, of which each must find something. */
  changes(of: Place): [from: string | RegExp, to: string][]
  /** What stands around the file where it is a part. */
  around?(file: string, of: Place): string
  command(file: string, of: Place): string[]
  /** The signal that makes it read its configuration anew. */
  reload: NodeJS.Signals
}

/** Where a test puts a proxy. */
export interface Place {
  directory: string
  port: number
  /** The port of the app. */
  app: number
  /** A file with a certificate and its key. */
  certificate: string
}

export interface RunningProxy {
  /** Such as `https://127.0.0.1:4433`, without a slash at the end. */
  url: string
  /** The certificate to trust, in PEM. */
  pem: string
  /** Reads the configuration anew; ends when new workers have begun. */
  reload(): Promise<void>
  stop(): Promise<void>
}

/** What a signal needs to reach, and what a stop must not leave. */
const childrenOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')

/** Starts a proxy in front of an app. */
export async function runProxy(proxy: Proxy, app: number): Promise<RunningProxy> {
  const directory = mkdtempSync(join(tmpdir(), `kitrt-${proxy.name}-`))
  const { both: certificate, pem } = createCertificate(directory)
  const place: Place = { directory, port: await freePort(), app, certificate }
  let configuration = readFileSync(join(root, proxy.configuration), 'utf8')
  for (const [from, to] of proxy.changes(place)) {
    if (configuration.search(from) < 0) throw new Error(`${proxy.configuration} has no ${from}`)
    configuration = configuration.replaceAll(from, to)
  }
  const part = join(directory, 'part.conf')
  writeFileSync(part, configuration)
  const file = join(directory, 'whole.conf')
  writeFileSync(file, proxy.around?.(part, place) ?? configuration)

  const [program = '', ...args] = proxy.command(file, place)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'exit')
  const accepts = (): Promise<true> =>
    new Promise((resolve, reject) => {
      const probe = connect(place.port, '127.0.0.1', () => {
        probe.destroy()
        resolve(true)
      })
      probe.once('error', reject)
    })
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined) process.kill(child.pid, name)
  }
  try {
    await eventually(accepts, 10_000)
  } catch (cause) {
    child.kill('SIGKILL')
    throw new Error(`${program} did not start:\n${output}`, { cause })
  }
  return {
    url: `${proxy.plain ? 'http' : 'https'}://127.0.0.1:${place.port}`,
    pem,
    async reload() {
      const before = childrenOf(child.pid ?? 0)
      signal(proxy.reload)
      await eventually(() => childrenOf(child.pid ?? 0).some((pid) => !before.includes(pid)))
      await eventually(accepts)
    },
    async stop() {
      signal('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
