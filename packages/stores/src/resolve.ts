import process from 'node:process'
import { KitrtError } from '@kitrt/core'
import { currentEvent } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { callSite } from './call-site.ts'
import { createScope, scopes } from './scope.ts'
import type { Scope } from './scope.ts'

/** What tells one handle from another in an error. */
export interface HandleName {
  /** `writable`, `readable` or `derived`. */
  kind: string
  key: string | undefined
  /** The line of the app that made it. */
  readonly madeAt: string
}

/**
 * The scope of the request that is being answered: by AsyncLocalStorage, else by the `locals` of
 * SvelteKit's event.
 *
 * @throws {KitrtError} `no-scope` outside of any request
 */
export function resolveScope(name: HandleName): Scope {
  const current = scopes.current.getStore()
  if (current && !current.life?.ended) return current
  const event = currentEvent.get() as RequestEvent | undefined
  const scope = event ? scopes.byLocals.get(event.locals) : scopeOfTests()
  if (scope && !scope.life?.ended) return scope
  const { where, mend } = misuse(event, current ?? scope)
  throw new KitrtError(
    'no-scope',
    `The ${name.kind} store ${name.key ? `'${name.key}' ` : ''}made at ${name.madeAt} belongs to one request, but was used ${where}. ` +
      `Used at ${callSite()}. ${mend}`,
  )
}

/**
 * One scope for the unit tests of an app, which use its stores without any request, as they would
 * use those of svelte/store. Vitest, Jest and `bun test` set NODE_ENV.
 */
function scopeOfTests(): Scope | undefined {
  if (scopes.served || process.env['NODE_ENV'] !== 'test') return undefined
  return (scopes.tests ??= createScope())
}

/** What is wrong with a use that finds no scope, and what helps. */
function misuse(
  event: RequestEvent | undefined,
  ended: Scope | undefined,
): { where: string; mend: string } {
  if (ended) {
    return {
      where: 'after the response to it had gone out',
      mend: 'Read what is needed before, or keep the response waiting for it.',
    }
  }
  const handle = `the handle of '@kitrt/stores/server' first in src/hooks.server.ts`
  if (event) {
    return { where: 'before its request had come through handle', mend: `Put ${handle}.` }
  }
  return {
    where: 'outside of any',
    mend: `Use it in hooks, load functions, actions, endpoints and components, and put ${handle}.`,
  }
}
