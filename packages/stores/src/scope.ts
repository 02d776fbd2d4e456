import type { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestEvent } from '@sveltejs/kit'
import { context, requestLife, shared } from '@kitrt/core/server'
import type { RequestLife } from '@kitrt/core/server'
import type { HandleName } from './resolve.ts'

/** A value on its way to the browser. */
export interface KeyedValue {
  name: HandleName
  /** Reads the value as it is now. */
  read: () => unknown
}

/** Everything that the isolated stores of one request hold. */
export interface Scope {
  /** The request's event; `undefined` in tests without one. */
  readonly event: RequestEvent | undefined
  /** When it is over; `undefined` where the runtime shows it to nobody else. */
  readonly life: RequestLife | undefined
  /** The store of each handle, by the handle's number: on Node 24 a slot costs 8 ns, a Proxy with a WeakMap and a Map 24 ns. */
  readonly slots: unknown[]
  /** The stores of handles that have no number, by handle. A weak map in each of those would cost a garbage collector more than all else. */
  others: Map<object, unknown> | undefined
  /** Values for the browser, by key, read when the page is written. */
  keyed: Map<string, KeyedValue> | undefined
}

/** The maps are made when they are needed: most requests have neither, and two take a third of `handle`'s time. */
export function createScope(event?: RequestEvent): Scope {
  return { event, life: requestLife(), slots: [], others: undefined, keyed: undefined }
}

interface Scopes {
  /** The scope of what runs now. */
  current: AsyncLocalStorage<Scope>
  /** The way back where the asynchronous context was lost but SvelteKit still knows its event. */
  byLocals: WeakMap<object, Scope>
  /** How many handles there are. */
  handles: number
  /** Whether a request has come through `handle` in this process. */
  served: boolean
  /** The scope of an app's unit tests. */
  tests: Scope | undefined
}

export const scopes: Scopes = shared('stores.scopes', () => ({
  current: context<Scope>('stores.scope'),
  byLocals: new WeakMap<object, Scope>(),
  handles: 0,
  served: false,
  tests: undefined,
}))
