import { getRequestEvent } from '$app/server'
import { KitrtError } from '@kitrt/core'
import { scopes } from './scope.ts'
import type { Scope } from './scope.ts'

/** What tells one handle from another in an error. */
export interface HandleName {
  /** `writable`, `readable` or `derived`. */
  kind: string
  key: string | undefined
  /** The line of the app that made it. */
  madeAt: string
}

/**
 * The scope of the request that is being answered: by AsyncLocalStorage, else by the `locals` of
 * SvelteKit's event.
 *
 * @throws {KitrtError} `no-scope` outside of any request
 */
export function resolveScope(name: HandleName): Scope {
  const scope = scopes.current.getStore() ?? byLocals()
  if (scope) return scope
  throw new KitrtError(
    'no-scope',
    `The ${name.kind} store ${name.key ? `'${name.key}' ` : ''}made at ${name.madeAt} belongs to one request, but was used outside of any. ` +
      `Used at ${callSite()}. Use it in hooks, load functions, actions, endpoints and components, and put the handle of '@kitrt/stores/server' first in src/hooks.server.ts.`,
  )
}

function byLocals(): Scope | undefined {
  try {
    return scopes.byLocals.get(getRequestEvent().locals)
  } catch {
    return undefined
  }
}

/** Frames of this package and of dependencies, Svelte's `get` among them, which are seldom the place to look at. */
const notOfTheApp =
  /[/\\](?:node_modules|deps_ssr|packages[/\\]stores[/\\](?:src|dist)|svelte[/\\]src)[/\\]/

/**
 * The first line of the app on the stack, or `an unknown place` where the build left none.
 *
 * @param below the function of ours that the app called: in a bundle, files tell nobody's lines apart
 */
export function callSite(below?: (...args: never[]) => unknown): string {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, below ?? callSite)
  const frames = trace.stack?.split('\n').slice(1) ?? []
  return (
    frames
      .find((line) => !notOfTheApp.test(line))
      ?.trim()
      .replace(/^at /, '') ?? 'an unknown place'
  )
}
