import { KitrtError } from '@kitrt/core'
import { DEV } from 'esm-env'
import type { Readable, Subscriber, Unsubscriber } from 'svelte/store'
import { callSite, lateCallSite } from './call-site.ts'
import { dev } from './dev.ts'
import { copyData } from './copy-data.ts'
import { claimKey, duplicateKey } from './keys.ts'
import { resolveScope } from './resolve.ts'
import type { HandleName } from './resolve.ts'
import { scopes } from './scope.ts'
import type { Scope } from './scope.ts'
import { encoders } from './transporters.ts'

export interface HandleOptions<Store> {
  /** The public function that makes it: the line below it on the stack is where it was made. */
  by: (...args: never[]) => unknown
  kind: string
  key?: string | undefined
  /** Makes the store of one request. */
  create: (scope: Scope) => Store
  /** What of the store goes to the browser. @default the value that a subscriber is told */
  read?: ((store: Store) => unknown) | undefined
}

/** Every handle carries a {@link Handle} under this symbol, across copies of the package. */
export const mark: unique symbol = Symbol.for('kitrt.stores.handle') as never

/** What stands in a module for the stores of all requests. */
export interface Handle<Store> {
  name: HandleName
  /** Gives the store of the request that is being answered, made when it is first used. */
  resolve: () => Store
  /** Reads what of it goes to the browser. */
  read: () => unknown
}

/**
 * @throws {KitrtError} `duplicate-key`, here or on use
 */
export function createHandle<Store extends object>({
  by,
  kind,
  key,
  create,
  read = (store) => valueOf(store as Store & Readable<unknown>),
}: HandleOptions<Store>): Handle<Store> {
  const ofRequest = scopes.current.getStore() !== undefined
  const name = createName({ kind, key, by, ofRequest })
  // What a request makes is many; of two that have one key, the request that uses both tells.
  if (key !== undefined && (DEV || !ofRequest)) claimKey(key, name.madeAt)
  const slot = createSlot<Store>(ofRequest)

  const resolve = (): Store => {
    const scope = resolveScope(name)
    const store = slot.get(scope) ?? make(scope)
    if (DEV) dev.used?.({ scope, name, store, encoders })
    return store
  }
  const make = (scope: Scope): Store => {
    const store = create(scope)
    slot.set(scope, store)
    if (key !== undefined) {
      const keyed = (scope.keyed ??= new Map())
      const other = keyed.get(key)?.name.madeAt
      if (other !== undefined && other !== name.madeAt) {
        throw duplicateKey(key, other, name.madeAt)
      }
      keyed.set(key, { name, read: () => read(store) })
    }
    return store
  }
  return { name, resolve, read: () => read(resolve()) }
}

function createName({
  kind,
  key,
  by,
  ofRequest,
}: Pick<HandleOptions<never>, 'kind' | 'key' | 'by'> & { ofRequest: boolean }): HandleName {
  // The lines of a module are the development server's own, and change when it is edited.
  if (DEV) return { kind, key, madeAt: callSite(by) }
  // Components make many, and a look at the stack takes 6 µs on Node 24. Equal keys want it.
  const place =
    ofRequest && key === undefined ? () => 'a line that development tells' : lateCallSite(by)
  return {
    kind,
    key,
    get madeAt() {
      return place()
    },
  }
}

/** Where a handle keeps its store in each scope. */
interface Slot<Store> {
  get(scope: Scope): Store | undefined
  set(scope: Scope, store: Store): void
}

/**
 * A handle that a module makes when the server starts has a number, and its stores a place in an
 * array. One that is made during a request (in a load function, or in a module that is first
 * loaded then) may be one of many to come, so it takes nothing from the scopes but what it uses.
 */
function createSlot<Store>(ofRequest: boolean): Slot<Store> {
  if (ofRequest) {
    const slot: Slot<Store> = {
      get: ({ others }) => others?.get(slot) as Store | undefined,
      set: (scope, store) => (scope.others ??= new Map()).set(slot, store),
    }
    return slot
  }
  const number = scopes.handles++
  return {
    get: ({ slots }) => slots[number] as Store | undefined,
    set: ({ slots }, store) => (slots[number] = store),
  }
}

/** The readable part of a handle. */
export function readableHandle<T>(handle: Handle<Readable<T>>): Readable<T> {
  const { resolve } = handle
  return Object.defineProperty(
    {
      subscribe: (run: Subscriber<T>, invalidate?: () => void): Unsubscriber =>
        resolve().subscribe(run, invalidate),
    },
    mark,
    { value: handle },
  )
}

/** The handle behind a value, if it is a store of this package that belongs to one request. */
export function handleOf(value: unknown): Handle<object> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { [mark]?: Handle<object> })[mark]
}

/** Whether a value is a store of this package that belongs to one request. */
export function isIsolated(value: unknown): boolean {
  return handleOf(value) !== undefined
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
    const copy = copyData(value)
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
