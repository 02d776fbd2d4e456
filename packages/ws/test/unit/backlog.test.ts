import { expect, test } from 'vitest'
import { createBacklog } from '../../src/backlog.ts'
import { createPeer } from '../../src/peer.ts'
import { createFakeWire, peerSetup } from './fake-wire.ts'

test('what waits costs its bytes, and 256 for each message that they are of', () => {
  const backlog = createBacklog()
  expect(backlog.cost(0)).toBe(0)
  for (let sent = 1; sent <= 3; sent++) backlog.sent('xx', 2 * sent)
  expect(backlog.cost(6)).toBe(6 + 3 * 256)
  backlog.sent(new Uint8Array(10), 16)
  expect(backlog.cost(16)).toBe(16 + 4 * 256)
})

test('what was sent first has gone first', () => {
  const backlog = createBacklog()
  backlog.sent('x'.repeat(100), 100)
  backlog.sent('y', 101)
  backlog.sent('z', 102)
  expect(backlog.cost(102)).toBe(102 + 3 * 256)
  expect(backlog.cost(3)).toBe(3 + 3 * 256)
  expect(backlog.cost(2)).toBe(2 + 2 * 256)
  expect(backlog.cost(0)).toBe(0)
  backlog.sent('a', 1)
  expect(backlog.cost(1)).toBe(1 + 256)
})

test('a reader that is always a little behind is not charged for what it has read', () => {
  const backlog = createBacklog()
  for (let sent = 0; sent < 100_000; sent++)
    backlog.sent('ten bytes!', Math.min(50, 10 * sent + 10))
  expect(backlog.cost(50)).toBe(50 + 5 * 256)
})

test('small messages reach maxBuffered long before their bytes do', () => {
  const wire = createFakeWire()
  wire.send.mockImplementation(() => void wire.buffered++)
  const { peer } = createPeer(peerSetup({ wire, maxBuffered: 2 ** 20, overflow: 'drop' }))
  let sent = 0
  while (peer.send('x') !== 'dropped') sent++
  expect(sent).toBe(Math.floor(2 ** 20 / 257) + 1)
})
