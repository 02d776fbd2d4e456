import { parseRetryAfter } from '@kitrt/core/client'
import type { Ending, Fetch } from '@kitrt/core/client'

/**
 * Asks the route by a plain GET why it refused the handshake: browsers tell only 1006.
 *
 * 426 is how a socket route answers a GET, so the refusal has passed or was the network's; 408, 425,
 * 429, 5xx and a GET that fails to arrive say the same. Every other answer refuses.
 */
export async function whyRefused(url: URL, fetch: Fetch): Promise<Ending> {
  const address = new URL(url)
  address.protocol = address.protocol.replace('ws', 'http')
  try {
    const response = await fetch(address, { headers: { accept: '*/*' }, redirect: 'manual' })
    await response.body?.cancel()
    const { status } = response
    const later = status >= 500 || [408, 425, 426, 429].includes(status)
    if (!later) return { outcome: 'refused' }
    return { outcome: 'later', after: parseRetryAfter(response.headers.get('retry-after')) }
  } catch {
    return { outcome: 'later' }
  }
}
