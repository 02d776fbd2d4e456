import process from 'node:process'
import { KitrtError } from '../../error.ts'
import type { AnyRules } from './rules.ts'

/**
 * The rules of another `serve` would take the place of those before, unseen. In development they may:
 * a module that is edited serves its channels anew. `vite build` loads the app as production does.
 *
 * @throws {KitrtError} `bad-argument`
 */
export function checkServing(name: string, rules: AnyRules, again: boolean): void {
  if (typeof (rules as Partial<AnyRules> | undefined)?.subscribe !== 'function') {
    throw new KitrtError(
      'bad-argument',
      `serve() expected a subscribe rule for '${name}': without one nobody may follow it.`,
    )
  }
  if (again && process.env['NODE_ENV'] !== 'development') {
    throw new KitrtError(
      'bad-argument',
      `'${name}' is served twice by one hub: the rules of the first would no longer hold. Serve it once, or give one of two channels another name.`,
    )
  }
}
