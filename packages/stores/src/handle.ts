import { KitrtError } from '@kitrt/core'
import type { Readable, Subscriber, Unsubscriber } from 'svelte/store'
import { claimKey, duplicateKey } from './keys.ts'
import { callSite, resolveScope } from './resolve.ts'
import type { HandleName } from './resolve.ts'
import { scopes } from './scope.ts'
import type { Scope } from './scope.ts'

export interface HandleOptions<Store> {
  kind: string
  key?: string | undefined
  /** Makes the store of one request. */
  create: (scope: Scope) => Store
  /** What of the store goes to the browser. @default the value that a subscriber is told */
  read?: ((store: Store) => unknown) | undefined
}

/** Every handle is known by this mark, across copies of the package. */
export const mark: unique symbol = Symbol.for('kitrt.stores.handle') as never

/**
 * Gives the store of the request that is being answered, made when it is first used.
 *
 * @throws {KitrtError} `duplicate-key`, here or on use
 */
export function createResolver<Store extends object>({
  kind,
  key,
  create,
  read = (store) => valueOf(store as Store & Readable<unknown>),
}: HandleOptions<Store>): () => Store {
  const number = scopes.handles++
  const name: HandleName = { kind, key, madeAt: callSite() }
  if (key !== undefined) claimKey(key, name.madeAt)
  return () => {
    const scope = resolveScope(name)
    const made = scope.slots[number] as Store | undefined
    if (made) return made
    const store = create(scope)
    scope.slots[number] = store
    if (key !== undefined) {
      const other = scope.keyed.get(key)
      if (other) throw duplicateKey(key, other.name.madeAt, name.madeAt)
      scope.keyed.set(key, { handle: number, name, read: () => read(store) })
    }
    return store
  }
}

/** The readable part of a handle. */
export function readableHandle<T>(resolve: () => Readable<T>): Readable<T> {
  return Object.defineProperty(
    {
      subscribe: (run: Subscriber<T>, invalidate?: () => void): Unsubscriber =>
        resolve().subscribe(run, invalidate),
    },
    mark,
    { value: true },
  )
}

/** Whether a value is a store of this package that belongs to one request. */
export function isIsolated(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Reflect.has(value, mark)
}

function valueOf<T>(store: Readable<T>): T | undefined {
  let value: T | undefined
  store.subscribe((now) => (value = now))()
  return value
}

/**
 * Copies an initial value for one request: two requests that share one array share what is pushed
 * into it.
 *
 * @throws {KitrtError} `not-cloneable` for what structured cloning cannot copy
 */
export function copyInitial<T>(value: T, name: Pick<HandleName, 'kind' | 'key'>): T {
  if (typeof value !== 'object' || value === null) return value
  let cause: unknown
  try {
    const copy = structuredClone(value)
    // A copy of a class's instance is none; that of an object without a prototype has one.
    const prototype = Object.getPrototypeOf(value)
    if (prototype === null || prototype === Object.getPrototypeOf(copy)) return copy
  } catch (error) {
    cause = error
  }
  throw new KitrtError(
    'not-cloneable',
    `The initial value of the ${name.kind} store ${name.key ? `'${name.key}' ` : ''}cannot be copied, and one value must not be shared by all requests. Begin with plain data, or make the store in a function: defineStore(() => writable(…)).`,
    { cause },
  )
}
