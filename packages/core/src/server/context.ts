import { AsyncLocalStorage } from 'node:async_hooks'
import { shared } from './shared.ts'

const contexts = shared('contexts', () => new Map<string, AsyncLocalStorage<unknown>>())

/** An AsyncLocalStorage of the process, the same in all copies of a package. */
export function context<T>(name: string): AsyncLocalStorage<T> {
  const made = contexts.get(name) ?? new AsyncLocalStorage<unknown>()
  contexts.set(name, made)
  return made as AsyncLocalStorage<T>
}

/**
 * Empties every {@link context} for what follows. To be called where no request is being answered.
 *
 * Why: see `atBoot`. What an import has left behind on Deno stays the ambient context of callbacks
 * that come from outside, such as the data of a `node:net` socket, until somebody enters another.
 */
export function forgetContexts(): void {
  for (const one of contexts.values()) {
    // Entering costs Deno a hundred times what looking does, and there is seldom something left.
    if (one.getStore() !== undefined) one.enterWith(undefined)
  }
}
