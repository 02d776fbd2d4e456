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
    bodySizeLimit: check(
      'BODY_SIZE_LIMIT',
      bytes,
      bytes >= 0,
      "a size such as '512K' or 'Infinity'",
    ),
  }
}
