import { vi } from 'vitest'
import type { Mock } from 'vitest'
import type { SocketEvent, Wire } from '../../src/peer.ts'

export interface FakeWire extends Wire {
  /** What `bufferedAmount` says. */
  buffered: number
  send: Mock<Wire['send']>
  close: Mock<Wire['close']>
  terminate: Mock<Wire['terminate']>
}

/** A runtime's socket that only takes notes. */
export function createFakeWire(): FakeWire {
  const wire: FakeWire = {
    buffered: 0,
    bufferedAmount: () => wire.buffered,
    send: vi.fn<Wire['send']>(),
    close: vi.fn<Wire['close']>(),
    terminate: vi.fn<Wire['terminate']>(),
  }
  return wire
}

/** The request that opened a socket of a route, as far as anything here reads it. */
export function createFakeEvent(route = '/chat'): SocketEvent {
  return { route: { id: route } } as SocketEvent
}
