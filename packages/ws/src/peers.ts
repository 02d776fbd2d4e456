import { shared } from '@kitrt/core/server'
import type { AnyPeer } from './peer.ts'

const byRoute = shared('ws.peers', () => new Map<string, Set<AnyPeer>>())

/** The handler of the route's module that has opened a peer; an edit of the module makes another. */
const madeBy = shared('ws.peers-made-by', () => new WeakMap<AnyPeer, object>())

/** Adds an open peer under its route. Returns its removal; removing twice does nothing. */
export function addPeer(route: string, peer: AnyPeer, by: object): () => void {
  madeBy.set(peer, by)
  const peersOfRoute = byRoute.get(route) ?? new Set()
  byRoute.set(route, peersOfRoute.add(peer))
  return () => {
    peersOfRoute.delete(peer)
    if (peersOfRoute.size === 0 && byRoute.get(route) === peersOfRoute) byRoute.delete(route)
  }
}

/**
 * The open peers of this process, from any server code: a form action, a load function, a job.
 *
 * ```ts
 * for (const peer of peers('/chat/[room]')) peer.send('hello')
 * ```
 *
 * @param route the id of a socket route, such as `/chat/[room]`. @default every route
 * @returns a copy: peers that come or go while it is read do not change it
 */
export function peers(route?: string): AnyPeer[] {
  if (route !== undefined) return [...(byRoute.get(route) ?? [])]
  return [...byRoute.values()].flatMap((peersOfRoute) => [...peersOfRoute])
}

/** The peers of a route that another handler than this one has opened. */
export function peersOfOthers(route: string, handler: unknown): AnyPeer[] {
  return peers(route).filter((peer) => madeBy.get(peer) !== handler)
}
