import type { Ending } from '@kitrt/core/client'

/** Codes that will not change by trying again: a normal end, a broken protocol, a policy (RFC 6455, section 7.4.1). */
const final = new Set([1000, 1002, 1003, 1007, 1008, 1009, 1010])

/**
 * What a close code asks of a client: 1000 and the kitrt codes 4000 to 4099 end it, the codes of a
 * client's own fault refuse it, all others (a lost network, a restart, an overload) mean later.
 */
export function endingOf(code: number): Ending {
  if (code === 1000) return { outcome: 'closed' }
  if (final.has(code) || (code >= 4000 && code <= 4099)) return { outcome: 'refused' }
  return { outcome: 'later' }
}
