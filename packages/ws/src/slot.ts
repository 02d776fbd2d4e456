import type { AsyncLocalStorage } from 'node:async_hooks'
import { context } from '@kitrt/core/server'
import type { Connection } from './connection.ts'

/**
 * What an upgrade request carries through SvelteKit's `handle` to its route, unseen by anybody
 * else: no header, nothing that a client could forge. The route that wants the socket fills it.
 */
export interface UpgradeSlot {
  /** The request that the slot was made for: no other may use it. */
  request: object
  /** Whether it comes from a page of another origin, which only the route's own `origins` may let in. */
  foreign: boolean
  connection?: Connection | undefined
  /** Whether the request was answered in another way, so that no connection of it will open. */
  over?: boolean | undefined
}

/** Gives the route's connection to the runtime, or lets it go where that has no use for it. */
export function fillSlot(slot: UpgradeSlot, connection: Connection): void {
  // A `handle` may resolve an event twice.
  slot.connection?.closed(1006, '')
  slot.connection = connection
  if (slot.over) connection.closed(1006, '')
}

/** The request was answered in another way, or its client has left. The route may yet fill the slot. */
export function endSlot(slot: UpgradeSlot): void {
  slot.over = true
  slot.connection?.closed(1006, '')
}

/** The status with which a socket route answers when it has filled the slot: Node cannot make a `Response` with 101. */
export const acceptedStatus = 204

/**
 * The slot of the request that is being answered.
 *
 * Every plain request must run with `undefined` here (see `atBoot` in core), or an old slot could
 * be seen through Deno's leak.
 */
export const slots: AsyncLocalStorage<UpgradeSlot | undefined> = context('ws.slots')
