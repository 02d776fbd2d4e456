import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Mock } from 'vitest'
import { createReconnector } from '../../../src/client/reconnector.ts'
import type { ConnectionStatus, Ending } from '../../../src/client/connection-status.ts'
import type { Attempt, Reconnector, ReconnectorOptions } from '../../../src/client/reconnector.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type NetworkEvent = 'online' | 'offline' | 'pageshow' | 'pagehide'

/** A browser's window, as far as the network goes. */
function createNetwork() {
  const listeners = {
    online: new Set<() => void>(),
    offline: new Set<() => void>(),
    pageshow: new Set<() => void>(),
    pagehide: new Set<() => void>(),
  }
  const navigator = { onLine: true }
  const tell = (type: NetworkEvent): void => {
    for (const listener of listeners[type]) listener()
  }
  return {
    navigator,
    addEventListener(type: NetworkEvent, listener: () => void) {
      listeners[type].add(listener)
    },
    removeEventListener(type: NetworkEvent, listener: () => void) {
      listeners[type].delete(listener)
    },
    go(type: 'online' | 'offline') {
      navigator.onLine = type === 'online'
      tell(type)
    },
    /** The page goes to the back/forward cache, or comes back from it. */
    page: (way: 'hide' | 'show') => tell(`page${way}`),
    listening: () => Object.values(listeners).reduce((sum, { size }) => sum + size, 0),
  }
}

interface Opened extends Attempt {
  stop: Mock<() => void>
}

interface Setup {
  reconnector: Reconnector
  network: ReturnType<typeof createNetwork>
  /** Every change of status, in order. */
  statuses: ConnectionStatus[]
  attempts: Opened[]
  last(): Opened
  /** Attempts that nothing has stopped. */
  alive(): number
}

/** A transport that does nothing by itself; waits are as long as they may be, so 500, 1000, 2000 … */
function setup(options: Partial<ReconnectorOptions> = {}): Setup {
  const attempts: Opened[] = []
  const statuses: ConnectionStatus[] = []
  const network = createNetwork()
  const reconnector = createReconnector({
    open(attempt) {
      const stop = vi.fn<() => void>()
      attempts.push({ ...attempt, stop })
      return stop
    },
    onStatus: (status) => statuses.push(status),
    network,
    random: () => 1,
    ...options,
  })
  return {
    reconnector,
    network,
    statuses,
    attempts,
    last: () => attempts.at(-1)!,
    alive: () => attempts.filter(({ stop }) => stop.mock.calls.length === 0).length,
  }
}

const later: Ending = { outcome: 'later' }

describe('createReconnector', () => {
  test('nothing happens before start', () => {
    const { reconnector, attempts, network, statuses } = setup()
    expect(reconnector.status).toBe('idle')
    expect(attempts).toHaveLength(0)
    expect(network.listening()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    expect(statuses).toEqual([])
  })

  test('start connects at once, and the transport says when it is open', () => {
    const { reconnector, last, statuses } = setup()
    reconnector.start()
    expect(reconnector.status).toBe('connecting')
    last().opened()
    expect(reconnector.status).toBe('open')
    expect(statuses).toEqual(['connecting', 'open'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a lost connection waits, and comes back', () => {
    const { reconnector, attempts, last, statuses } = setup()
    reconnector.start()
    last().opened()
    last().ended(later)
    expect(reconnector.status).toBe('waiting')
    vi.advanceTimersByTime(499)
    expect(attempts).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(attempts).toHaveLength(2)
    last().opened()
    expect(statuses).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open'])
  })

  test('an attempt that fails before it opens waits longer each time', () => {
    const { reconnector, attempts, last } = setup()
    reconnector.start()
    for (const wait of [500, 1000, 2000, 4000]) {
      last().ended(later)
      const before = attempts.length
      vi.advanceTimersByTime(wait - 1)
      expect(attempts).toHaveLength(before)
      vi.advanceTimersByTime(1)
      expect(attempts).toHaveLength(before + 1)
    }
  })

  test('the transport is stopped once when its connection has ended', () => {
    const { reconnector, attempts, last } = setup()
    reconnector.start()
    last().opened()
    last().ended(later)
    vi.advanceTimersByTime(500)
    expect(attempts[0]!.stop).toHaveBeenCalledTimes(1)
    expect(attempts[1]!.stop).not.toHaveBeenCalled()
  })

  test.each(['refused', 'closed'] as const)('%s stops there, for good', (outcome) => {
    const { reconnector, attempts, last, network } = setup()
    reconnector.start()
    last().ended({ outcome })
    expect(reconnector.status).toBe(outcome)
    expect(vi.getTimerCount()).toBe(0)
    expect(network.listening()).toBe(0)
    network.go('offline')
    network.go('online')
    expect(reconnector.status).toBe(outcome)
    expect(attempts).toHaveLength(1)
  })

  test.each(['refused', 'closed'] as const)('start tries again after %s', (outcome) => {
    const { reconnector, attempts, last, network } = setup()
    reconnector.start()
    last().opened()
    last().ended({ outcome })
    reconnector.start()
    expect(attempts).toHaveLength(2)
    expect(network.listening()).toBe(4)
    last().opened()
    expect(reconnector.status).toBe('open')
  })

  test('start in the callback that tells of a refusal tries again', () => {
    const made = setup({
      onStatus: (status) => {
        if (status === 'refused') made.reconnector.start()
      },
    })
    made.reconnector.start()
    made.last().ended({ outcome: 'refused' })
    expect(made.attempts).toHaveLength(2)
    made.last().opened()
    expect(made.reconnector.status).toBe('open')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('start after a refusal begins with the base again', () => {
    const { reconnector, attempts, last } = setup()
    reconnector.start()
    for (const wait of [500, 1000, 2000]) {
      last().ended(later)
      vi.advanceTimersByTime(wait)
    }
    last().ended({ outcome: 'refused' })
    reconnector.start()
    last().ended(later)
    vi.advanceTimersByTime(500)
    expect(attempts).toHaveLength(6)
  })

  describe('a wait that the server asked for', () => {
    test('is kept when it is longer than ours', () => {
      const { reconnector, attempts, last } = setup()
      reconnector.start()
      last().ended({ outcome: 'later', after: 60_000 })
      vi.advanceTimersByTime(59_999)
      expect(attempts).toHaveLength(1)
      vi.advanceTimersByTime(1)
      expect(attempts).toHaveLength(2)
    })

    test('does not shorten ours', () => {
      const { reconnector, attempts, last } = setup()
      reconnector.start()
      last().ended({ outcome: 'later', after: 1 })
      vi.advanceTimersByTime(499)
      expect(attempts).toHaveLength(1)
      vi.advanceTimersByTime(1)
      expect(attempts).toHaveLength(2)
    })

    test('holds for one wait only', () => {
      const { reconnector, attempts, last } = setup()
      reconnector.start()
      last().ended({ outcome: 'later', after: 60_000 })
      vi.advanceTimersByTime(60_000)
      last().ended(later)
      vi.advanceTimersByTime(1000)
      expect(attempts).toHaveLength(3)
    })

    test.each([2 ** 31, 2 ** 40, Infinity])('of %d ms does not fire at once', (after) => {
      const { reconnector, attempts, last } = setup()
      reconnector.start()
      last().ended({ outcome: 'later', after })
      vi.advanceTimersByTime(24 * 3600 * 1000)
      expect(attempts).toHaveLength(1)
      expect(reconnector.status).toBe('waiting')
    })
  })

  test('setBase changes the waits that follow', () => {
    const { reconnector, attempts, last } = setup()
    reconnector.start()
    last().opened()
    reconnector.setBase(3000)
    last().ended(later)
    vi.advanceTimersByTime(2999)
    expect(attempts).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(attempts).toHaveLength(2)
  })

  describe('stableAfter', () => {
    /** Fails thrice, opens, lives so long, and is lost. */
    const lostAfter = (lived: number): Setup => {
      const made = setup({ stableAfter: 5000 })
      made.reconnector.start()
      for (const wait of [500, 1000, 2000]) {
        made.last().ended(later)
        vi.advanceTimersByTime(wait)
      }
      made.last().opened()
      vi.advanceTimersByTime(lived)
      made.last().ended(later)
      return made
    }

    test('a connection that lived so long starts the waits from the base', () => {
      const { attempts } = lostAfter(5000)
      vi.advanceTimersByTime(500)
      expect(attempts).toHaveLength(5)
    })

    test('a connection that was lost earlier does not', () => {
      const { attempts } = lostAfter(4999)
      vi.advanceTimersByTime(3999)
      expect(attempts).toHaveLength(4)
      vi.advanceTimersByTime(1)
      expect(attempts).toHaveLength(5)
    })
  })

  describe('connectTimeout', () => {
    test('an attempt that does not open in time is given up and tried again', () => {
      const { reconnector, attempts } = setup({ connectTimeout: 2000 })
      reconnector.start()
      vi.advanceTimersByTime(1999)
      expect(reconnector.status).toBe('connecting')
      vi.advanceTimersByTime(1)
      expect(reconnector.status).toBe('waiting')
      expect(attempts[0]!.stop).toHaveBeenCalledTimes(1)
      vi.advanceTimersByTime(500)
      expect(attempts).toHaveLength(2)
    })

    test('what the attempt says after it was given up is ignored', () => {
      const { reconnector, attempts, statuses } = setup({ connectTimeout: 2000 })
      reconnector.start()
      vi.advanceTimersByTime(2000)
      attempts[0]!.opened()
      attempts[0]!.ended({ outcome: 'refused' })
      expect(statuses).toEqual(['connecting', 'waiting'])
      expect(reconnector.status).toBe('waiting')
    })

    test('does not touch a connection that has opened', () => {
      const { reconnector, last, attempts } = setup({ connectTimeout: 2000 })
      reconnector.start()
      last().opened()
      vi.advanceTimersByTime(3_600_000)
      expect(reconnector.status).toBe('open')
      expect(attempts).toHaveLength(1)
    })
  })

  describe('a transport that says too much', () => {
    test('ended twice is ended once', () => {
      const { reconnector, attempts, last, statuses } = setup()
      reconnector.start()
      const first = last()
      first.ended(later)
      first.ended({ outcome: 'refused' })
      expect(statuses).toEqual(['connecting', 'waiting'])
      expect(vi.getTimerCount()).toBe(1)
      vi.advanceTimersByTime(500)
      first.ended(later)
      expect(reconnector.status).toBe('connecting')
      expect(attempts).toHaveLength(2)
    })

    test('opened twice is opened once', () => {
      const { reconnector, last, statuses } = setup()
      reconnector.start()
      last().opened()
      last().opened()
      expect(statuses).toEqual(['connecting', 'open'])
    })

    test('opened after ended does not open', () => {
      const { reconnector, last } = setup()
      reconnector.start()
      last().ended(later)
      last().opened()
      expect(reconnector.status).toBe('waiting')
    })

    test('ended from within its own stop is ignored', () => {
      let ended: Attempt['ended'] | undefined
      const { reconnector, statuses } = setup({
        open(attempt) {
          ended = attempt.ended
          return () => ended?.(later)
        },
      })
      reconnector.start()
      reconnector.stop()
      expect(statuses).toEqual(['connecting', 'idle'])
      expect(vi.getTimerCount()).toBe(0)
    })
  })

  describe('a transport that ends before open() has returned', () => {
    test('is stopped, and tried again after a wait', () => {
      const stop = vi.fn<() => void>()
      const open = vi.fn<ReconnectorOptions['open']>(({ ended }) => {
        ended(later)
        return stop
      })
      const { reconnector } = setup({ open })
      reconnector.start()
      expect(reconnector.status).toBe('waiting')
      expect(stop).toHaveBeenCalledTimes(1)
      expect(vi.getTimerCount()).toBe(1)
      vi.advanceTimersByTime(500)
      expect(open).toHaveBeenCalledTimes(2)
      expect(stop).toHaveBeenCalledTimes(2)
    })

    test('and refuses, stays refused', () => {
      const stop = vi.fn<() => void>()
      const { reconnector } = setup({
        open({ opened, ended }) {
          opened()
          ended({ outcome: 'refused' })
          return stop
        },
      })
      reconnector.start()
      expect(reconnector.status).toBe('refused')
      expect(stop).toHaveBeenCalledTimes(1)
      expect(vi.getTimerCount()).toBe(0)
    })
  })

  describe('the network', () => {
    test('without one nothing is ever offline', () => {
      const { reconnector, last } = setup({ network: undefined })
      reconnector.start()
      last().opened()
      last().ended(later)
      expect(reconnector.status).toBe('waiting')
    })

    test('start while it is gone waits for it and attempts nothing', () => {
      const { reconnector, network, attempts } = setup()
      network.navigator.onLine = false
      reconnector.start()
      expect(reconnector.status).toBe('offline')
      expect(attempts).toHaveLength(0)
      expect(vi.getTimerCount()).toBe(0)
      network.go('online')
      expect(reconnector.status).toBe('connecting')
      expect(attempts).toHaveLength(1)
    })

    test('its going drops an open connection at once', () => {
      const { reconnector, network, last } = setup()
      reconnector.start()
      last().opened()
      network.go('offline')
      expect(reconnector.status).toBe('offline')
      expect(last().stop).toHaveBeenCalledTimes(1)
      last().ended({ outcome: 'refused' })
      expect(reconnector.status).toBe('offline')
    })

    test('its going ends an attempt and its timer', () => {
      const { reconnector, network, last, attempts } = setup()
      reconnector.start()
      network.go('offline')
      expect(last().stop).toHaveBeenCalledTimes(1)
      expect(vi.getTimerCount()).toBe(0)
      vi.advanceTimersByTime(3_600_000)
      expect(reconnector.status).toBe('offline')
      expect(attempts).toHaveLength(1)
    })

    test('its going ends a wait', () => {
      const { reconnector, network, last, attempts } = setup()
      reconnector.start()
      last().ended(later)
      network.go('offline')
      vi.advanceTimersByTime(3_600_000)
      expect(reconnector.status).toBe('offline')
      expect(attempts).toHaveLength(1)
    })

    test('its coming ends a wait early', () => {
      const { reconnector, network, last, attempts } = setup()
      reconnector.start()
      last().ended(later)
      network.go('online')
      expect(attempts).toHaveLength(2)
      expect(vi.getTimerCount()).toBe(1)
    })

    test('its coming leaves an attempt and an open connection alone', () => {
      const { reconnector, network, last, attempts } = setup()
      reconnector.start()
      network.go('online')
      last().opened()
      network.go('online')
      expect(reconnector.status).toBe('open')
      expect(attempts).toHaveLength(1)
    })

    test('a connection that is lost while it is gone waits for it', () => {
      const { reconnector, network, last } = setup()
      reconnector.start()
      last().opened()
      // Lost before the browser's event arrives
      network.navigator.onLine = false
      last().ended(later)
      expect(reconnector.status).toBe('offline')
      expect(vi.getTimerCount()).toBe(0)
      network.go('online')
      expect(reconnector.status).toBe('connecting')
    })

    test('a window without a navigator can still tell', () => {
      const { navigator: _, ...network } = createNetwork()
      const { reconnector } = setup({ network })
      reconnector.start()
      expect(reconnector.status).toBe('connecting')
    })

    test('fifty flaps leave one timer and one attempt', () => {
      const { reconnector, network, attempts, alive } = setup()
      reconnector.start()
      for (let flap = 0; flap < 50; flap++) {
        network.go('offline')
        network.go('online')
        expect(alive()).toBe(1)
        expect(vi.getTimerCount()).toBe(1)
      }
      expect(attempts).toHaveLength(51)
      expect(network.listening()).toBe(4)
    })

    test('fifty flaps leave one open connection', () => {
      const { reconnector, network, last, alive } = setup()
      reconnector.start()
      last().opened()
      for (let flap = 0; flap < 50; flap++) {
        network.go('offline')
        network.go('offline')
        network.go('online')
        network.go('online')
        last().opened()
      }
      expect(reconnector.status).toBe('open')
      expect(alive()).toBe(1)
      expect(vi.getTimerCount()).toBe(0)
    })

    test('fifty flaps between losses leave one timer', () => {
      const { reconnector, network, last, alive } = setup()
      reconnector.start()
      for (let flap = 0; flap < 50; flap++) {
        last().ended(later)
        network.go('online')
        last().ended(later)
      }
      expect(reconnector.status).toBe('waiting')
      expect(alive()).toBe(0)
      expect(vi.getTimerCount()).toBe(1)
    })
  })

  describe('a page that is left', () => {
    test('lets its connection go, so that the browser may keep the page, and holds no timer', () => {
      const { reconnector, network, last } = setup()
      reconnector.start()
      last().opened()
      network.page('hide')
      expect(reconnector.status).toBe('offline')
      expect(last().stop).toHaveBeenCalledTimes(1)
      expect(vi.getTimerCount()).toBe(0)
    })

    test('connects at once when it comes back', () => {
      const { reconnector, network, last, statuses } = setup()
      reconnector.start()
      last().opened()
      network.page('hide')
      network.page('show')
      last().opened()
      expect(statuses).toEqual(['connecting', 'open', 'offline', 'connecting', 'open'])
      expect(reconnector.status).toBe('open')
    })

    test('that comes back without a network waits for it', () => {
      const { reconnector, network, attempts } = setup()
      reconnector.start()
      network.page('hide')
      network.navigator.onLine = false
      network.page('show')
      expect(reconnector.status).toBe('offline')
      network.go('online')
      expect(attempts).toHaveLength(2)
    })

    test('keeps the wait that the server asked for', () => {
      const { reconnector, network, last, attempts } = setup()
      reconnector.start()
      last().ended({ outcome: 'later', after: 60_000 })
      network.page('hide')
      network.page('show')
      expect(attempts).toHaveLength(1)
      vi.advanceTimersByTime(60_000)
      expect(attempts).toHaveLength(2)
    })

    test('the event of a page that is shown for the first time changes nothing', () => {
      const { reconnector, network, last, attempts } = setup()
      reconnector.start()
      network.page('show')
      last().opened()
      network.page('show')
      expect(reconnector.status).toBe('open')
      expect(attempts).toHaveLength(1)
    })
  })

  describe('stop', () => {
    test('while connecting ends the attempt', () => {
      const { reconnector, last, statuses } = setup()
      reconnector.start()
      reconnector.stop()
      expect(last().stop).toHaveBeenCalledTimes(1)
      expect(vi.getTimerCount()).toBe(0)
      last().opened()
      last().ended(later)
      expect(statuses).toEqual(['connecting', 'idle'])
    })

    test('while open ends the connection', () => {
      const { reconnector, last } = setup()
      reconnector.start()
      last().opened()
      reconnector.stop()
      last().ended(later)
      expect(last().stop).toHaveBeenCalledTimes(1)
      expect(reconnector.status).toBe('idle')
    })

    test('while waiting ends the wait', () => {
      const { reconnector, last, attempts } = setup()
      reconnector.start()
      last().ended(later)
      reconnector.stop()
      expect(vi.getTimerCount()).toBe(0)
      vi.advanceTimersByTime(3_600_000)
      expect(attempts).toHaveLength(1)
    })

    test('while offline does not come back with the network', () => {
      const { reconnector, network, attempts } = setup()
      reconnector.start()
      network.go('offline')
      reconnector.stop()
      network.go('online')
      expect(reconnector.status).toBe('idle')
      expect(attempts).toHaveLength(1)
    })

    test('takes its listeners off the network', () => {
      const { reconnector, network } = setup()
      reconnector.start()
      expect(network.listening()).toBe(4)
      reconnector.stop()
      expect(network.listening()).toBe(0)
    })

    test('twice does nothing more', () => {
      const { reconnector, last, statuses } = setup()
      reconnector.start()
      reconnector.stop()
      reconnector.stop()
      expect(last().stop).toHaveBeenCalledTimes(1)
      expect(statuses).toEqual(['connecting', 'idle'])
    })

    test('before start does nothing', () => {
      const { reconnector, statuses } = setup()
      reconnector.stop()
      expect(statuses).toEqual([])
    })

    test("can say 'closed'", () => {
      const { reconnector } = setup()
      reconnector.start()
      reconnector.stop('closed')
      expect(reconnector.status).toBe('closed')
    })

    test('after a refusal makes it idle', () => {
      const { reconnector, last, statuses } = setup()
      reconnector.start()
      last().ended({ outcome: 'refused' })
      reconnector.stop()
      expect(statuses).toEqual(['connecting', 'refused', 'idle'])
      expect(last().stop).toHaveBeenCalledTimes(1)
    })

    test('in the callback that tells of a loss leaves no attempt behind', () => {
      const made = setup({
        onStatus: (status) => {
          if (status === 'waiting') made.reconnector.stop('closed')
        },
      })
      made.reconnector.start()
      made.last().ended(later)
      vi.advanceTimersByTime(3_600_000)
      expect(made.reconnector.status).toBe('closed')
      expect(made.attempts).toHaveLength(1)
    })

    test('in the callback that tells of the opening ends the connection', () => {
      const made = setup({
        onStatus: (status) => {
          if (status === 'open') made.reconnector.stop()
        },
      })
      made.reconnector.start()
      made.last().opened()
      expect(made.reconnector.status).toBe('idle')
      expect(made.last().stop).toHaveBeenCalledTimes(1)
    })
  })

  describe('start', () => {
    test('twice connects once', () => {
      const { reconnector, attempts, network, last } = setup()
      reconnector.start()
      reconnector.start()
      last().opened()
      reconnector.start()
      expect(attempts).toHaveLength(1)
      expect(network.listening()).toBe(4)
    })

    test('while waiting does not shorten the wait', () => {
      const { reconnector, attempts, last } = setup()
      reconnector.start()
      last().ended(later)
      reconnector.start()
      expect(attempts).toHaveLength(1)
      expect(vi.getTimerCount()).toBe(1)
    })

    test('after stop connects again', () => {
      const { reconnector, attempts, last, alive } = setup()
      reconnector.start()
      last().opened()
      reconnector.stop('closed')
      reconnector.start()
      last().opened()
      expect(attempts).toHaveLength(2)
      expect(alive()).toBe(1)
      expect(reconnector.status).toBe('open')
    })

    test('what an attempt before the stop still says does not reach the one after it', () => {
      const { reconnector, attempts } = setup()
      reconnector.start()
      reconnector.stop()
      reconnector.start()
      attempts[0]!.opened()
      expect(reconnector.status).toBe('connecting')
      attempts[0]!.ended({ outcome: 'refused' })
      expect(reconnector.status).toBe('connecting')
      attempts[1]!.opened()
      expect(reconnector.status).toBe('open')
    })
  })

  test('a status is told only when it changes', () => {
    const { reconnector, network, statuses } = setup()
    reconnector.start()
    network.go('offline')
    network.go('offline')
    expect(statuses).toEqual(['connecting', 'offline'])
  })
})

describe('callbacks that act, or fail, while they are told', () => {
  test('a stop when told of connecting opens nothing', () => {
    const made = setup({
      onStatus(status) {
        if (status === 'connecting') made.reconnector.stop()
      },
    })
    made.reconnector.start()
    expect(made.alive()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a stop and a start when told of a loss leave one timer and one connection', () => {
    let told = 0
    const made = setup({
      onStatus(status) {
        if (status !== 'waiting' || told++ > 0) return
        made.reconnector.stop('closed')
        made.reconnector.start()
      },
    })
    made.reconnector.start()
    made.last().ended({ outcome: 'later' })
    expect(vi.getTimerCount()).toBe(1)
    made.last().opened()
    vi.advanceTimersByTime(60_000)
    expect(made.reconnector.status).toBe('open')
    expect(made.alive()).toBe(1)
  })

  test('a fault in onStatus is told, and the next attempt comes all the same', () => {
    const onError = vi.fn<(error: unknown, context: { stage: string }) => void>()
    const fault = new Error('fault')
    const made = setup({
      onError,
      onStatus(status) {
        if (status === 'waiting') throw fault
      },
    })
    made.reconnector.start()
    made.last().ended({ outcome: 'later' })
    vi.advanceTimersByTime(500)
    expect(made.attempts).toHaveLength(2)
    expect(onError.mock.calls).toEqual([[fault, { stage: "a callback for the status 'waiting'" }]])
  })

  test('an open that throws is told, refused, and not tried again', () => {
    const onError = vi.fn<(error: unknown, context: { stage: string }) => void>()
    const made = setup({
      onError,
      open() {
        throw new Error('no such address')
      },
    })
    made.reconnector.start()
    expect(made.reconnector.status).toBe('refused')
    expect(vi.getTimerCount()).toBe(0)
    expect(onError).toHaveBeenCalledTimes(1)
  })
})

describe('what the network may not change', () => {
  test('a wait that the server asked for is not cut short when the network comes back', () => {
    const { reconnector, last, network, attempts } = setup()
    reconnector.start()
    last().ended({ outcome: 'later', after: 60_000 })
    network.go('online')
    network.go('offline')
    network.go('online')
    expect(attempts).toHaveLength(1)
    expect(reconnector.status).toBe('waiting')
    vi.advanceTimersByTime(60_000)
    expect(attempts).toHaveLength(2)
  })

  test('a connection that lived long and lost the network begins its waits from the base', () => {
    const { reconnector, last, network, attempts } = setup()
    reconnector.start()
    for (const wait of [500, 1000, 2000]) {
      last().ended({ outcome: 'later' })
      vi.advanceTimersByTime(wait)
    }
    last().opened()
    vi.advanceTimersByTime(60_000)
    network.go('offline')
    network.go('online')
    const before = attempts.length
    last().ended({ outcome: 'later' })
    vi.advanceTimersByTime(500)
    expect(attempts).toHaveLength(before + 1)
  })
})
