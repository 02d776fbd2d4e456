import { isClosing, shared } from '@kitrt/core/server'

export interface Admission {
  /** Sockets of the route in this process, open or about to be. @default 16_384 */
  maxConnections?: number | undefined
  /**
   * Open sockets of the route for one client address, as `event.getClientAddress()` gives it. Behind
   * a proxy that is the proxy's own, until ADDRESS_HEADER names the header that carries the
   * client's. @default Infinity
   */
  maxConnectionsPerAddress?: number | undefined
}

interface Count {
  all: number
  byAddress: Map<string, number>
}

const counts = shared('ws.admission', () => new Map<string, Count>())

/** What a client should wait before it tries again, in seconds. */
const retryAfter = '5'

/** Why one more socket of a route is not taken; `undefined` when it is. */
export function refuseAdmission(
  route: string,
  address: string | undefined,
  { maxConnections = 2 ** 14, maxConnectionsPerAddress = Infinity }: Admission,
): Response | undefined {
  if (isClosing()) return later(503, 'The server is about to stop.')
  const count = counts.get(route)
  if (!count) return undefined
  if (count.all >= maxConnections) return later(503, 'Too many sockets are open here.')
  if (address !== undefined && (count.byAddress.get(address) ?? 0) >= maxConnectionsPerAddress) {
    return later(429, 'Too many sockets are open from this address.')
  }
  return undefined
}

const later = (status: number, text: string): Response =>
  new Response(text, { status, headers: { 'retry-after': retryAfter } })

/**
 * Counts a socket, from when its handshake is promised: those that are not open yet will be. Returns
 * its removal; removing twice does nothing.
 */
export function admit(route: string, address = ''): () => void {
  const count = counts.get(route) ?? { all: 0, byAddress: new Map() }
  counts.set(route, count)
  count.all++
  count.byAddress.set(address, (count.byAddress.get(address) ?? 0) + 1)
  let counted = true
  return () => {
    if (!counted) return
    counted = false
    count.all--
    const left = (count.byAddress.get(address) ?? 1) - 1
    if (left > 0) count.byAddress.set(address, left)
    else count.byAddress.delete(address)
    if (count.all === 0) counts.delete(route)
  }
}
