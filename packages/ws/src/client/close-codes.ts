import type { Ending } from '@kitrt/core/client'

/**
 * Codes that will not change by trying again: a broken protocol, a policy (RFC 6455, section 7.4.1),
 * and IANA's 3000 (unauthorized) and 3003 (forbidden).
 */
const final = new Set([1002, 1003, 1007, 1008, 1009, 1010, 3000, 3003])

/**
 * What a close code asks of a client: 1000 ends it, the codes of a client's own fault and kitrt's
 * 4000 to 4099 refuse it, all others (a lost network, a restart, an overload) mean later.
 */
export function outcomeOf(code: number): Ending['outcome'] {
  if (code === 1000) return 'closed'
  if (final.has(code) || (code >= 4000 && code <= 4099)) return 'refused'
  return 'later'
}
