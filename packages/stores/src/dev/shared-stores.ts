import { callSite } from '../call-site.ts'
import { scopes } from '../scope.ts'
import { currentEvaluation } from './evaluations.ts'
import type { Warn } from './warnings.ts'

/** A store as svelte/store and svelte/motion make them. */
interface PlainStore {
  set?: (...args: unknown[]) => unknown
  update?: (...args: unknown[]) => unknown
}

type Method = (...args: unknown[]) => unknown

/** Whether a request is being answered, rather than a module evaluated for it. */
function inRequest(): boolean {
  const scope = scopes.current.getStore()
  return scope !== undefined && !scope.life?.ended && currentEvaluation() === undefined
}

/**
 * Stands in for `writable`, `toStore`, `tweened` or `spring`: the stores that it makes outside of
 * any request are the process's own, and warn when a request writes them.
 */
export function createMakerWatch(warn: Warn): <Make extends object>(make: Make) => Make {
  return (make) => {
    const { name: maker } = make as unknown as Method
    const watch = (write: Method, madeAt: string): Method =>
      // A proxy keeps name and length.
      new Proxy(write, {
        apply: function written(target, self, args) {
          if (inRequest()) warn('shared-store', { maker, madeAt, writtenAt: callSite(written) })
          return Reflect.apply(target, self, args)
        },
      })
    return new Proxy(make, {
      apply: function made(target, self, args) {
        const store = Reflect.apply(target as Method, self, args) as PlainStore
        const { set, update } = store
        if (!set || !update || inRequest()) return store
        const madeAt = callSite(made)
        return Object.assign(store, { set: watch(set, madeAt), update: watch(update, madeAt) })
      },
    })
  }
}
