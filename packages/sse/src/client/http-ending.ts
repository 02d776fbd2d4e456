import { parseRetryAfter } from '@kitrt/core/client'
import type { Ending } from '@kitrt/core/client'

/**
 * What an HTTP answer that is no stream asks of a client: 204 ends it (WHATWG HTML, 9.2.3); 408,
 * 425, 429 and 5xx mean later, after `Retry-After` when that is said; everything else refuses.
 */
export function endingOf(status: number, headers: Headers): Ending {
  if (status === 204) return { outcome: 'closed' }
  if ([408, 425, 429].includes(status) || status >= 500) {
    return {
      outcome: 'later',
      after: parseRetryAfter(headers.get('retry-after'), headers.get('date')),
    }
  }
  return { outcome: 'refused' }
}
