import { KitrtError } from '@kitrt/core'

/** The environment variables that the server reads, `envPrefix` before each. */
export const variables = [
  'ADDRESS_HEADER',
  'BODY_SIZE_LIMIT',
  'HEADERS_TIMEOUT',
  'HOST',
  'HOST_HEADER',
  'IDLE_TIMEOUT',
  'KEEP_ALIVE_TIMEOUT',
  'ORIGIN',
  'PORT',
  'PORT_HEADER',
  'PROTOCOL_HEADER',
  'REQUEST_LOG',
  'SHUTDOWN_DELAY',
  'SHUTDOWN_TIMEOUT',
  'SOCKET_PATH',
  'XFF_DEPTH',
] as const

export type Variable = (typeof variables)[number]

export type Environment = Record<string, string | undefined>

/** Reads a variable: the fallback when it is absent or empty. */
export interface ReadVariable {
  (name: Variable): string | undefined
  /** @throws {KitrtError} with one sentence when `parse` makes nothing of it */
  <T>(name: Variable, fallback: T, expected: string, parse: (text: string) => T | undefined): T
}

/**
 * @param prefix what the names begin with. A variable that begins with it and is none of ours is
 *   taken for a mistake
 */
export function createReader(env: Environment, prefix: string): ReadVariable {
  const known = new Set<string>(variables)
  const unknown = Object.keys(env).find(
    (name) => prefix !== '' && name.startsWith(prefix) && !known.has(name.slice(prefix.length)),
  )
  if (unknown !== undefined) {
    throw new KitrtError(
      'bad-argument',
      `${unknown} is no variable of the server. With envPrefix '${prefix}' there are: ${variables.map((name) => prefix + name).join(', ')}.`,
    )
  }
  return <T>(
    name: Variable,
    fallback?: T,
    expected?: string,
    parse: (text: string) => T | undefined = (text) => text as T,
  ): T | undefined => {
    const text = env[prefix + name]
    if (!text) return fallback
    const value = parse(text)
    if (value === undefined) {
      throw new KitrtError('bad-argument', `${prefix}${name} must be ${expected}, got '${text}'.`)
    }
    return value
  }
}
