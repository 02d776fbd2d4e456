import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Mock } from 'vitest'
import { createLiveness } from '../../../src/client/liveness.ts'
import type { Liveness, LivenessOptions } from '../../../src/client/liveness.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

interface Setup {
  life: Liveness
  ask: Mock<() => void>
  dead: Mock<() => void>
  /** What waits in front of a question, in bytes. */
  buffer: { size: number }
}

function setup(options: Partial<LivenessOptions> = {}): Setup {
  const ask = vi.fn<() => void>()
  const buffer = { size: 0 }
  const dead = vi.fn<() => void>(() => life.stop())
  const life = createLiveness({ ask, dead, waiting: () => buffer.size, ...options })
  return { life, ask, dead, buffer }
}

let slept: number
beforeEach(() => {
  slept = 0
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + slept)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Time in which no timer fires: the machine, or the page, is asleep. */
function sleep(ms: number): void {
  slept += ms
}

describe('silence', () => {
  test('of 30 s is asked about, and 10 s without an answer are death', () => {
    const { ask, dead } = setup()
    vi.advanceTimersByTime(29_999)
    expect(ask).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ask).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(9_999)
    expect(dead).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(dead).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(3_600_000)
    expect(ask).toHaveBeenCalledTimes(1)
    expect(dead).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is counted from what was heard last', () => {
    const { life, ask } = setup()
    for (let turn = 0; turn < 10; turn++) {
      vi.advanceTimersByTime(29_000)
      life.heard()
    }
    expect(ask).not.toHaveBeenCalled()
    vi.advanceTimersByTime(29_999)
    expect(ask).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ask).toHaveBeenCalledTimes(1)
  })

  test('that is answered in time is asked about again after as long', () => {
    const { life, ask, dead } = setup()
    for (let turn = 1; turn <= 10; turn++) {
      vi.advanceTimersByTime(30_000)
      expect(ask).toHaveBeenCalledTimes(turn)
      vi.advanceTimersByTime(9_999)
      life.heard()
    }
    expect(dead).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(1)
  })

  test('and its bound are options', () => {
    const { ask, dead } = setup({ liveness: 100, answerTimeout: 20 })
    vi.advanceTimersByTime(100)
    expect(ask).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(20)
    expect(dead).toHaveBeenCalledTimes(1)
  })

  test.each([Infinity, 0, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.NaN])(
    'of %d is never asked about, also not by a probe, and holds no timer',
    (liveness) => {
      const { life, ask, dead } = setup({ liveness })
      expect(vi.getTimerCount()).toBe(0)
      life.heard()
      life.probe()
      vi.advanceTimersByTime(3_600_000)
      expect(ask).not.toHaveBeenCalled()
      expect(dead).not.toHaveBeenCalled()
    },
  )

  test('that is shorter than the wait for an answer is asked about as often as it comes', () => {
    const { life, ask } = setup({ liveness: 1_000 })
    ask.mockImplementation(() => void setTimeout(life.heard, 1_000))
    vi.advanceTimersByTime(60_000)
    expect(ask).toHaveBeenCalledTimes(30)
  })
})

describe('a probe', () => {
  test('asks at once, and waits half as long', () => {
    const { life, ask, dead } = setup()
    life.probe()
    expect(ask).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(4_999)
    expect(dead).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(dead).toHaveBeenCalledTimes(1)
  })

  test('that is answered leaves silence as it was', () => {
    const { life, ask, dead } = setup()
    life.probe()
    life.heard()
    vi.advanceTimersByTime(29_999)
    expect(ask).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    expect(ask).toHaveBeenCalledTimes(2)
    expect(dead).not.toHaveBeenCalled()
  })

  test('while a question is out asks no second time, and shortens the wait', () => {
    const { life, ask, dead } = setup()
    vi.advanceTimersByTime(30_000)
    life.probe()
    life.probe()
    expect(ask).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(5_000)
    expect(dead).toHaveBeenCalledTimes(1)
  })

  test('does not lengthen the wait for a question that is out', () => {
    const { life, dead } = setup()
    vi.advanceTimersByTime(30_000)
    for (let second = 1; second <= 5; second++) {
      expect(dead).not.toHaveBeenCalled()
      life.probe()
      vi.advanceTimersByTime(1_000)
    }
    expect(dead).toHaveBeenCalledTimes(1)
  })
})

describe('what is no death', () => {
  test('an upload that moves, however slow', () => {
    const { dead, buffer } = setup()
    buffer.size = 1_000_000
    vi.advanceTimersByTime(30_000)
    for (let turn = 0; turn < 5; turn++) {
      buffer.size -= 1_000
      vi.advanceTimersByTime(40_000)
    }
    expect(dead).not.toHaveBeenCalled()
  })

  test('but an upload that stands still is one', () => {
    const { dead, buffer } = setup()
    buffer.size = 1_000_000
    vi.advanceTimersByTime(40_000)
    expect(dead).toHaveBeenCalledTimes(1)
  })

  test('a page that slept through the deadline: it asks again, once', () => {
    const { ask, dead } = setup()
    vi.advanceTimersByTime(30_000)
    sleep(3_600_000)
    vi.advanceTimersByTime(10_000)
    expect(dead).not.toHaveBeenCalled()
    expect(ask).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(5_000)
    expect(dead).toHaveBeenCalledTimes(1)
  })

  test('but a second sleep in a row is one', () => {
    const { dead } = setup()
    vi.advanceTimersByTime(30_000)
    sleep(3_600_000)
    vi.advanceTimersByTime(10_000)
    sleep(3_600_000)
    vi.advanceTimersByTime(5_000)
    expect(dead).toHaveBeenCalledTimes(1)
  })

  test('and an answer after the sleep gives the next question its sleep again', () => {
    const { life, dead } = setup()
    vi.advanceTimersByTime(30_000)
    sleep(3_600_000)
    vi.advanceTimersByTime(10_000)
    life.heard()
    vi.advanceTimersByTime(30_000)
    sleep(3_600_000)
    vi.advanceTimersByTime(10_000)
    expect(dead).not.toHaveBeenCalled()
  })
})

test('after stop nothing is asked and nothing fires', () => {
  const { life, ask } = setup()
  life.stop()
  life.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(3_600_000)
  expect(ask).not.toHaveBeenCalled()
})
