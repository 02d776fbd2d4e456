import type { RequestEvent as KitEvent } from '@sveltejs/kit'
import type { HonoEvent } from './hono-event.ts'

/** As much of a request as a socket needs. SvelteKit's `RequestEvent` has it, and so has that of `@kitrt/ws/hono`. */
export interface HandshakeEvent {
  readonly params: object
  readonly route: { id: string | null }
  readonly url: URL
  readonly locals: object
  readonly request: Request
  readonly cookies: {
    get(name: string): string | undefined
    getAll(): { name: string; value: string }[]
  }
  readonly getClientAddress: () => string
  /** Whether another request of the app has asked for it, by SvelteKit's `fetch`. */
  readonly isSubRequest: boolean
}

/** Has no members in an app without SvelteKit, where what it extends cannot be found. */
interface Probe extends KitEvent {}

/** SvelteKit's event, or Hono's in an app without SvelteKit. */
export type RequestEvent = keyof Probe extends never ? HonoEvent : KitEvent
