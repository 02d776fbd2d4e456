import { closeConnections } from '@kitrt/core/server'

let begun = false

/** Whether the server is about to end, and wants no new requests. */
export const draining = (): boolean => begun

/** Has health checks answer 503 from now on. */
export function beginDraining(): void {
  begun = true
}

/** Tells every socket to come back later (1012) and ends every stream, those too that still come. */
export function endConnections(): void {
  beginDraining()
  closeConnections()
}
