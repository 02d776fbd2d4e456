import { createHash } from 'node:crypto'
import type { Link } from './link.ts'

/** A script that Redis runs in one step. */
export interface Script {
  readonly text: string
  readonly sha: string
}

export function createScript(...parts: string[]): Script {
  const text = parts.join('\n')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Runs a script; one that Redis does not know, such as after a restart, is sent whole. */
export async function runScript(
  { send }: Pick<Link, 'send'>,
  { text, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args.map(String)]
  try {
    return await send('EVALSHA', sha, ...rest)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return await send('EVAL', text, ...rest)
  }
}
