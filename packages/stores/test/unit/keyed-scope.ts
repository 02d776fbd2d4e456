import { createScope } from '../../src/scope.ts'
import type { Scope } from '../../src/scope.ts'

/** The scope of a request whose keyed stores give these values when they are read. */
export function keyedScope(values: Record<string, () => unknown>): Scope {
  const scope = createScope()
  scope.keyed = new Map()
  for (const [key, read] of Object.entries(values)) {
    scope.keyed.set(key, { name: { kind: 'writable', key, madeAt: '' }, read })
  }
  return scope
}
