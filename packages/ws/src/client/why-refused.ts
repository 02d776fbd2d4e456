import type { Ending, Fetch } from '@kitrt/core/client'

/**
 * Asks the route by a plain GET why it refused the handshake: browsers tell only 1006.
 *
 * 426 is how a socket route answers a GET, so the refusal has passed or was the network's. A GET
 * that fails to arrive says the same.
 */
export async function whyRefused(url: URL, fetch: Fetch): Promise<Ending> {
  const address = new URL(url)
  address.protocol = address.protocol.replace('ws', 'http')
  try {
    const response = await fetch(address, { headers: { accept: '*/*' }, redirect: 'manual' })
    await response.body?.cancel()
    const { status } = response
    const retryAfter = Number(response.headers.get('retry-after')) * 1000
    const refused =
      response.type === 'opaqueredirect' ||
      (status >= 300 && status < 500 && ![408, 425, 426, 429].includes(status))
    return refused ? { outcome: 'refused' } : { outcome: 'later', after: retryAfter || 0 }
  } catch {
    return { outcome: 'later' }
  }
}
