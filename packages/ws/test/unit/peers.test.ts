import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Peer } from '../../src/peer.ts'
import { addPeer, peers } from '../../src/peers.ts'

const removals: (() => void)[] = []

const add = (route: string, peer: Peer): (() => void) => {
  const remove = addPeer(route, peer, {})
  removals.push(remove)
  return remove
}

const createFakePeer = (id: string): Peer => ({ id }) as Peer

afterEach(() => {
  for (const remove of removals.splice(0)) remove()
})

describe('peers', () => {
  test('are none where nobody is', () => {
    expect(peers()).toEqual([])
    expect(peers('/chat')).toEqual([])
  })

  test('are those of one route, in the order in which they came', () => {
    const [ada, bob, eve] = [createFakePeer('ada'), createFakePeer('bob'), createFakePeer('eve')]
    add('/chat', ada)
    add('/game', eve)
    add('/chat', bob)
    expect(peers('/chat')).toEqual([ada, bob])
    expect(peers('/game')).toEqual([eve])
  })

  test('without a route are all', () => {
    const [ada, eve] = [createFakePeer('ada'), createFakePeer('eve')]
    add('/chat', ada)
    add('/game', eve)
    expect(new Set(peers())).toEqual(new Set([ada, eve]))
  })

  test('are a copy, which peers that come or go do not change', () => {
    const ada = createFakePeer('ada')
    const remove = add('/chat', ada)
    const before = peers('/chat')
    add('/chat', createFakePeer('bob'))
    remove()
    expect(before).toEqual([ada])
  })

  test('removing one twice does not remove another', () => {
    const bob = createFakePeer('bob')
    const remove = add('/chat', createFakePeer('ada'))
    add('/chat', bob)
    remove()
    remove()
    expect(peers('/chat')).toEqual([bob])
  })

  test('removing the last one twice does not remove who came after it', () => {
    const bob = createFakePeer('bob')
    const remove = add('/chat', createFakePeer('ada'))
    remove()
    add('/chat', bob)
    remove()
    expect(peers('/chat')).toEqual([bob])
    expect(peers()).toEqual([bob])
  })

  test('a route may be named like a member of every object', () => {
    expect(peers('__proto__')).toEqual([])
    expect(peers('constructor')).toEqual([])
  })

  test('a second copy of the module knows the same peers', async () => {
    const ada = createFakePeer('ada')
    add('/chat', ada)
    vi.resetModules()
    const copy = await import('../../src/peers.ts')
    expect(copy.peers).not.toBe(peers)
    expect(copy.peers('/chat')).toEqual([ada])
  })
})
