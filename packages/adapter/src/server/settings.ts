import { parseBytes } from './body-limit.ts'

export interface Settings {
  env: Record<string, string | undefined>
  host: string
  /** 0 for any free one. */
  port: number
  /** How long the end may take after SIGTERM, in s. */
  shutdownTimeout: number
  /** The largest request body, in bytes. */
  bodySizeLimit: number
  /** The header in which a proxy says the client's address, in small letters. @default none: the connection's own */
  addressHeader: string | undefined
  /** Which entry of `x-forwarded-for` it is, from the right: how many proxies are ours. */
  xffDepth: number
}

/**
 * Reads the environment; an empty variable counts as none.
 *
 * @throws an Error with one sentence for a value that makes no sense
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const check = (name: string, value: number, valid: boolean, expected: string): number => {
    if (!valid) throw new Error(`${name} must be ${expected}, got '${env[name]}'.`)
    return value
  }
  const port = Number(env['PORT'] || 3000)
  const seconds = Number(env['SHUTDOWN_TIMEOUT'] || 30)
  const depth = Number(env['XFF_DEPTH'] || 1)
  const bytes = parseBytes(env['BODY_SIZE_LIMIT'] || '512K')
  return {
    env,
    host: env['HOST'] || '0.0.0.0',
    port: check(
      'PORT',
      port,
      Number.isInteger(port) && port >= 0 && port <= 65_535,
      'a number from 0 to 65535',
    ),
    shutdownTimeout: check('SHUTDOWN_TIMEOUT', seconds, seconds >= 0, 'a number of seconds'),
    addressHeader: env['ADDRESS_HEADER']?.toLowerCase() || undefined,
    xffDepth: check(
      'XFF_DEPTH',
      depth,
      Number.isInteger(depth) && depth >= 1,
      'a number of proxies, 1 or more',
    ),
    bodySizeLimit: check(
      'BODY_SIZE_LIMIT',
      bytes,
      bytes >= 0,
      "a size such as '512K' or 'Infinity'",
    ),
  }
}
