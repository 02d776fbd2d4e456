import { vi } from 'vitest'
import type { Mock } from 'vitest'
import { rawCodec } from '../../src/codec.ts'
import type { PeerSetup } from '../../src/peer.ts'
import type { SocketEvent } from '../../src/socket-event.ts'
import type { Wire } from '../../src/wire.ts'

export interface FakeWire extends Wire {
  /** What `bufferedAmount` says. */
  buffered: number
  send: Mock<Wire['send']>
  close: Mock<Wire['close']>
  terminate: Mock<Wire['terminate']>
  ping: Mock<() => void>
  pause: Mock<() => void>
  resume: Mock<() => void>
  onDrain: Mock<Wire['onDrain']>
}

/** A runtime's socket that only takes notes. */
export function createFakeWire(): FakeWire {
  const wire: FakeWire = {
    buffered: 0,
    bufferedAmount: () => wire.buffered,
    send: vi.fn<Wire['send']>(),
    close: vi.fn<Wire['close']>(),
    terminate: vi.fn<Wire['terminate']>(),
    ping: vi.fn<() => void>(),
    pause: vi.fn<() => void>(),
    resume: vi.fn<() => void>(),
    onDrain: vi.fn<Wire['onDrain']>(),
  }
  return wire
}

/** The request that opened a socket of a route, as far as anything here reads it. */
export function createFakeEvent(route = '/chat'): SocketEvent {
  return { route: { id: route } } as SocketEvent
}

/** What a peer is made of, with bounds that tests can reach. */
export function peerSetup(setup: Partial<PeerSetup> = {}): PeerSetup {
  return {
    wire: createFakeWire(),
    event: createFakeEvent(),
    iterate: () => {
      throw new Error('not here')
    },
    maxBuffered: 1000,
    overflow: 'close',
    maxTopics: 3,
    codec: rawCodec,
    protocol: '',
    ...setup,
  }
}
