import { shared } from '@kitrt/core/server'

const named = shared('ws.payloads', () => ({ largest: 0 }))

/** Notes how large a message a route takes. */
export function namePayload(bytes: number): void {
  named.largest = Math.max(named.largest, bytes)
}

/**
 * The largest `maxPayload` of the socket routes that are loaded, in bytes; `undefined` when none is.
 * A server that has loaded its whole app gives it to its runtime, which then holds no more than
 * that of an unfinished message.
 */
export function largestPayload(): number | undefined {
  // ws keeps it in 31 bits.
  return named.largest === 0 ? undefined : Math.min(named.largest, 2 ** 31 - 1)
}
