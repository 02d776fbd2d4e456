import { shared } from '@kitrt/core/server'
import type { HandleName } from './resolve.ts'
import type { Scope } from './scope.ts'
import type { encoders } from './transporters.ts'

/** One evaluation of a module by the development server. */
export interface Evaluation {
  /** Whether the app still runs on what it has made: the module was neither edited nor reached by an edit since. */
  isCurrent(): boolean
}

/** Svelte's own reading of `$store` in a component's server code. `values` belongs to one instance of it. */
export type StoreGet = (
  values: Record<string, [store: object, ...unknown[]]>,
  name: string,
  store: object,
) => unknown

/** The use of a store in a request. */
export interface Use {
  scope: Scope
  name: HandleName
  store: object
  /** How the app's own types are written. */
  encoders: typeof encoders
}

/** What `@kitrt/stores/vite` adds to the stores, in the development server's process only. */
export interface Dev {
  /** The place in the app's source that a line of a stack stands for. */
  place(frame: string): string
  /** The evaluation that makes what is being made; `undefined` for what functions make later. */
  evaluation(): Evaluation | undefined
  /** Stands in for a function of Svelte that makes stores. */
  watchMaker<Make extends object>(make: Make): Make
  /** Stands in for `store_get` in one component. */
  watchReads(component: string, storeGet: StoreGet): StoreGet
  /** A store is used. */
  used(use: Use): void
  /** A page of this scope is complete. */
  rendered(scope: Scope): void
}

/** Empty in production, and in development without the plugin. */
export const dev: Partial<Dev> = shared('stores.dev', () => ({}))
