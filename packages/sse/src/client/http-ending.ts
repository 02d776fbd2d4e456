import type { Ending } from '@kitrt/core/client'

/**
 * What an HTTP answer that is no stream asks of a client: 204 ends it (WHATWG HTML, 9.2.3); 408,
 * 425, 429 and 5xx mean later, after `Retry-After` when that is said; everything else refuses.
 */
export function endingOf(status: number, retryAfter: string | null): Ending {
  if (status === 204) return { outcome: 'closed' }
  if ([408, 425, 429].includes(status) || status >= 500) {
    return { outcome: 'later', after: parseRetryAfter(retryAfter) }
  }
  return { outcome: 'refused' }
}

/** Seconds or a date (RFC 9110, section 10.2.3), as ms from now. */
function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const seconds = Number(value)
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000
  return ms > 0 ? ms : undefined
}
