import { afterEach, expect, test, vi } from 'vitest'
import {
  closeConnections,
  connectionsEnded,
  isClosing,
  trackConnection,
} from '../../../src/server/open-connections.ts'
import { reopen } from './reopen.ts'

const removals: (() => void)[] = []

const track = (goAway: (after: number) => void): (() => void) => {
  const remove = trackConnection({ goAway })
  removals.push(remove)
  return remove
}

afterEach(() => {
  reopen()
  for (const remove of removals.splice(0)) remove()
})

test('closing tells each open connection once', () => {
  const first = vi.fn<() => void>()
  const second = vi.fn<() => void>()
  track(first)
  track(second)
  closeConnections()
  expect(first).toHaveBeenCalledTimes(1)
  expect(second).toHaveBeenCalledTimes(1)
})

test('a connection that was removed is not told; removing twice does nothing', () => {
  const goAway = vi.fn<() => void>()
  const other = vi.fn<() => void>()
  const remove = track(goAway)
  track(other)
  remove()
  remove()
  closeConnections()
  expect(goAway).not.toHaveBeenCalled()
  expect(other).toHaveBeenCalledTimes(1)
})

test('a connection may remove itself while it is told, and the next one is still told', () => {
  const other = vi.fn<() => void>()
  const remove = track(() => remove())
  track(other)
  closeConnections()
  closeConnections()
  expect(other).toHaveBeenCalledTimes(2)
})

test('the connections of a second copy of the module are told too', async () => {
  const goAway = vi.fn<() => void>()
  vi.resetModules()
  const copy = await import('../../../src/server/open-connections.ts')
  removals.push(copy.trackConnection({ goAway }))
  closeConnections()
  expect(goAway).toHaveBeenCalledTimes(1)
})

test('a connection that opens while the server stops is told at once, but not from within its opening', async () => {
  closeConnections()
  const goAway = vi.fn<() => void>()
  track(goAway)
  expect(goAway).not.toHaveBeenCalled()
  await Promise.resolve()
  expect(goAway).toHaveBeenCalledTimes(1)
})

test('a connection that opens before the server stops is not told at once', async () => {
  const goAway = vi.fn<() => void>()
  track(goAway)
  await Promise.resolve()
  expect(goAway).not.toHaveBeenCalled()
})

test('one that cannot be ended does not keep the others from it', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const goAway = vi.fn<() => void>()
  track(() => {
    throw new Error('fault')
  })
  track(goAway)
  closeConnections()
  reopen()
  expect(goAway).toHaveBeenCalledTimes(1)
  expect(log).toHaveBeenCalledTimes(1)
  log.mockRestore()
})

test('each is given its own time to come back, also one that comes while the server stops', async () => {
  const goAway = vi.fn<(after: number) => void>()
  for (let open = 0; open < 3; open++) track(goAway)
  expect(isClosing()).toBe(false)
  closeConnections()
  expect(isClosing()).toBe(true)
  track(goAway)
  await Promise.resolve()
  expect(goAway.mock.calls).toEqual([[0], [1], [2], [3]])
})

test('when none is left is told, at once where there was none', async () => {
  await connectionsEnded()
  const [one, other] = [track(() => {}), track(() => {})]
  const ended = vi.fn<() => void>()
  const told = connectionsEnded().then(ended)
  one()
  await Promise.resolve()
  expect(ended).not.toHaveBeenCalled()
  other()
  await told
})
