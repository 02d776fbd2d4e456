import { parseRetryAfter } from '@kitrt/core/client'
import type { Ending, Fetch } from '@kitrt/core/client'

export interface Refusal extends Ending {
  /** The HTTP status of the answer; `undefined` when none came, and 0 for a redirect, of which browsers tell no more. */
  status: number | undefined
}

/**
 * Asks the route by a plain GET why it refused the handshake: browsers tell only 1006.
 *
 * 426 is how a socket route answers a GET, so the refusal has passed or was the network's; 408, 425,
 * 429, 5xx and a GET that fails to arrive say the same. Every other answer refuses.
 *
 * @param signal ends the question, and the answer's body, which nobody reads
 */
export async function whyRefused(
  address: string,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Refusal> {
  try {
    const response = await fetch(address.replace(/^ws/, 'http'), {
      redirect: 'manual',
      cache: 'no-store',
      // Handshakes carry cookies to other origins too, and this asks what the handshake asked.
      credentials: 'include',
      signal,
    })
    const { status } = response
    return {
      outcome: status >= 500 || [408, 425, 426, 429].includes(status) ? 'later' : 'refused',
      after: parseRetryAfter(response.headers.get('retry-after')),
      status,
    }
  } catch {
    return { outcome: 'later', status: undefined }
  }
}
