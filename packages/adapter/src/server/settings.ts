import { parseBytes } from './body-limit.ts'
import type { RuntimeName } from './runtime.ts'
import { readActivation } from './socket-activation.ts'
import { createReader } from './variables.ts'
import type { Environment, Variable } from './variables.ts'

/** Headers in which a proxy says how browsers reach the app, in small letters. */
export interface OriginHeaders {
  protocolHeader: string | undefined
  hostHeader: string | undefined
  portHeader: string | undefined
}

export interface Settings extends OriginHeaders {
  /** The one origin by which browsers reach the app. @default what each request says */
  origin: string | undefined
  env: Environment
  /** What the names of the variables begin with. */
  envPrefix: string
  host: string
  /** 0 for any free one. */
  port: number
  /** The unix socket to listen on, instead of a host and a port. */
  socketPath: string | undefined
  /** The listening socket that systemd has opened, instead of one of our own. */
  fd: number | undefined
  /** How long the server may be without a request before it ends, in s; 0 for ever. */
  idleTimeout: number
  /** How long an idle connection is kept, in s. @default the runtime's */
  keepAliveTimeout: number | undefined
  /** How long the head of a request may take, in s. @default the runtime's */
  headersTimeout: number | undefined
  /** How long the end may take after SIGTERM, in s. */
  shutdownTimeout: number
  /** How long it goes on as before after SIGTERM, but for its health check, in s. */
  shutdownDelay: number
  /** Whether to write a line of JSON for each request. */
  requestLog: boolean
  /** The largest request body, in bytes. */
  bodySizeLimit: number
  /** The header in which a proxy says the client's address, in small letters. @default none: the connection's own */
  addressHeader: string | undefined
  /** Which entry of `x-forwarded-for` it is, from the right: how many proxies are ours. */
  xffDepth: number
  /** What the runtime cannot do of what was asked, to be said when the server starts. */
  notices: string[]
}

export interface SettingsOptions {
  /** @default '' */
  envPrefix?: string
  /** SvelteKit's `paths.origin`, which comes before `ORIGIN`. @default none */
  pathsOrigin?: string | undefined
  runtime?: RuntimeName
  pid?: number
}

/** In s. A timer of more than 2^31 - 1 ms (24 days), of several of these together, would fire at once. */
const longest = 1_000_000

/**
 * Reads the environment; an empty variable counts as none.
 *
 * @throws {KitrtError} with one sentence for a value that makes no sense
 */
export function readSettings(
  env: Environment,
  { envPrefix = '', pathsOrigin, runtime = 'Node', pid = 0 }: SettingsOptions = {},
): Settings {
  const read = createReader(env, envPrefix)
  const header = (name: Variable): string | undefined =>
    read(name, undefined, 'the name of a header', (text) =>
      // RFC 9110, section 5.6.2
      /^[\w!#$%&'*+.^`|~-]+$/.test(text) ? text.toLowerCase() : undefined,
    )
  const seconds = <T>(name: Variable, fallback: T): number | T =>
    read<number | T>(name, fallback, 'a number of seconds', (text) =>
      /^\d+(\.\d+)?$/.test(text) && Number(text) <= longest ? Number(text) : undefined,
    )
  const settings = {
    env,
    envPrefix,
    host: read('HOST') ?? '0.0.0.0',
    port: read('PORT', 3000, 'a number from 0 to 65535', (text) =>
      /^\d+$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined,
    ),
    socketPath: read('SOCKET_PATH'),
    fd: readActivation(env, runtime, pid),
    idleTimeout: seconds('IDLE_TIMEOUT', 0),
    keepAliveTimeout: seconds('KEEP_ALIVE_TIMEOUT', undefined),
    headersTimeout: seconds('HEADERS_TIMEOUT', undefined),
    shutdownTimeout: seconds('SHUTDOWN_TIMEOUT', 30),
    shutdownDelay: seconds('SHUTDOWN_DELAY', 0),
    requestLog: read('REQUEST_LOG', false, "'json'", (text) => text === 'json' || undefined),
    origin:
      pathsOrigin ??
      read('ORIGIN', undefined, "an origin such as 'https://app.example'", (text) => {
        const { origin, href } = URL.parse(text) ?? {}
        return /^https?:/i.test(text) && href === `${origin}/` ? origin : undefined
      }),
    protocolHeader: header('PROTOCOL_HEADER'),
    hostHeader: header('HOST_HEADER'),
    portHeader: header('PORT_HEADER'),
    addressHeader: header('ADDRESS_HEADER'),
    xffDepth: read('XFF_DEPTH', 1, 'a number of proxies, 1 or more', (text) =>
      /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined,
    ),
    bodySizeLimit: read(
      'BODY_SIZE_LIMIT',
      512 * 1024,
      "a size such as '512K' or 'Infinity'",
      (text) => {
        const bytes = parseBytes(text)
        return Number.isNaN(bytes) ? undefined : bytes
      },
    ),
  }
  const notices = noticesOn(runtime, settings).map((notice) => envPrefix + notice)
  return { ...settings, notices }
}

function noticesOn(
  runtime: RuntimeName,
  settings: Pick<Settings, 'keepAliveTimeout' | 'headersTimeout' | 'idleTimeout' | 'fd'>,
): string[] {
  const notices: string[] = []
  if (runtime !== 'Node') {
    for (const [name, value] of [
      ['KEEP_ALIVE_TIMEOUT', settings.keepAliveTimeout],
      ['HEADERS_TIMEOUT', settings.headersTimeout],
    ] as const) {
      if (value !== undefined) {
        notices.push(`${name} is for Node: the server of ${runtime} has no such setting.`)
      }
    }
  }
  if (settings.idleTimeout > 0 && settings.fd === undefined) {
    notices.push(
      `IDLE_TIMEOUT counts for servers that systemd has opened the socket of${runtime === 'Node' ? '' : ', which Node can serve and ' + runtime + ' cannot'}.`,
    )
  }
  return notices
}
