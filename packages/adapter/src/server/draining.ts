import { setTimeout } from 'node:timers/promises'
import { closeConnections } from '@kitrt/core/server'

/** What close frames get to leave the process, in ms. Deno sends them a few turns later. */
const frames = 50

let begun = false

/** Whether the server is about to end, and wants no new requests. */
export const draining = (): boolean => begun

/** Has health checks answer 503 from now on. */
export function beginDraining(): void {
  begun = true
}

/**
 * Tells every socket to come back later (1012) and ends every stream, those too that still come.
 *
 * @returns settles when the close frames have left, which Deno's shutdown would overtake with its own 1001
 */
export function endConnections(): Promise<void> {
  beginDraining()
  closeConnections()
  return setTimeout(frames)
}
