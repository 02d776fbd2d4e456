import { KitrtError } from '@kitrt/core'
import type { Readable, Subscriber, Unsubscriber } from 'svelte/store'
import { callSite, resolveScope } from './resolve.ts'
import type { HandleName } from './resolve.ts'
import { scopes } from './scope.ts'

export interface HandleOptions<Store> {
  kind: string
  key?: string | undefined
  /** Makes the store of one request. */
  create: () => Store
}

/** Every handle is known by this mark, across copies of the package. */
const mark = Symbol.for('kitrt.stores.handle')

/** Gives the store of the request that is being answered, made when it is first used. */
export function createResolver<T, Store extends Readable<T>>({
  kind,
  key,
  create,
}: HandleOptions<Store>): () => Store {
  const number = scopes.handles++
  const name: HandleName = { kind, key, madeAt: callSite() }
  return () => {
    const scope = resolveScope(name)
    const made = scope.slots[number] as Store | undefined
    if (made) return made
    const store = create()
    scope.slots[number] = store
    if (key !== undefined) scope.keyed.set(key, () => valueOf(store))
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
  return typeof value === 'object' && value !== null && mark in value
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
    `The initial value of the ${name.kind} store ${name.key ? `'${name.key}' ` : ''}cannot be copied, and one value must not be shared by all requests. Begin with plain data, and set the rest in a load function or in a hook.`,
    { cause },
  )
}
