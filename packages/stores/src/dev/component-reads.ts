import type { Dev } from '../dev.ts'
import { pathIn } from '../positions.ts'
import type { HandleName } from '../resolve.ts'
import { scopes } from '../scope.ts'
import type { Scope } from '../scope.ts'
import type { Warn } from './warnings.ts'
import { isReadable, watchStore } from './watched-store.ts'
import type { Read, WatchedStore } from './watched-store.ts'

/** What the components of one page have read. */
interface PageReads {
  watched: Map<HandleName, WatchedStore>
  /** By Svelte's record of the stores of an instance. */
  instances: Map<object, Map<WatchedStore, Read>>
  /** The keyed stores behind a name of an instance, to which Svelte subscribes at the first reading only. */
  behind: WeakMap<object, Map<string, Set<WatchedStore>>>
}

/**
 * Compares what components have rendered of keyed stores with what these hold when the page is
 * complete.
 */
export function createComponentReads(
  root: string,
  warn: Warn,
): Pick<Dev, 'used' | 'watchReads' | 'rendered'> {
  const pages = new WeakMap<Scope, PageReads>()
  /** What is used while a component reads. */
  let collecting: Set<WatchedStore> | undefined

  const pageOf = (scope: Scope): PageReads =>
    getOrInsert(pages, scope, () => ({
      watched: new Map(),
      instances: new Map(),
      behind: new WeakMap(),
    }))

  const collect = <T>(read: () => T): { value: T; used: Set<WatchedStore> } => {
    const outer = collecting
    const used = (collecting = new Set<WatchedStore>())
    try {
      return { value: read(), used }
    } finally {
      collecting = outer
    }
  }

  return {
    used(use) {
      const { scope, name, store } = use
      if (!collecting || name.key === undefined || !isReadable(store)) return
      const { watched } = pageOf(scope)
      collecting.add(getOrInsert(watched, name, () => watchStore({ ...use, store })))
    },

    watchReads: (component, storeGet) => (values, name, store) => {
      const scope = scopes.current.getStore()
      if (!scope) return storeGet(values, name, store)
      const page = pageOf(scope)
      const names = getOrInsert(page.behind, values, () => new Map<string, Set<WatchedStore>>())
      const isSubscribed = values[name]?.[0] === store
      const { value, used } = collect(() => storeGet(values, name, store))
      const behind = (isSubscribed && names.get(name)) || used
      names.set(name, behind)
      if (behind.size > 0) {
        const seen = getOrInsert(page.instances, values, () => new Map<WatchedStore, Read>())
        for (const one of behind) seen.set(one, one.read(component))
      }
      return value
    },

    rendered(scope) {
      const page = pages.get(scope)
      if (!page) return
      pages.delete(scope)
      for (const seen of page.instances.values()) {
        for (const [{ name, changes, text }, read] of seen) {
          const changedAt = changes[read.changes]
          if (changedAt === undefined || text() === read.text) continue
          const { key = '', madeAt } = name
          const component = pathIn(root, read.component)
          warn('late-change', { key, madeAt, component, changedAt })
        }
      }
      for (const { stop } of page.watched.values()) stop()
    },
  }
}

interface Registry<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): unknown
}

function getOrInsert<Key, Value>(
  registry: Registry<Key, Value>,
  key: Key,
  create: () => Value,
): Value {
  const value = registry.get(key) ?? create()
  registry.set(key, value)
  return value
}
