import { describe, expect, test, vi } from 'vitest'
import { createLiveValue } from '../../../src/client/live-value.ts'
import type { LiveValue } from '../../../src/client/live-value.ts'
import { createFakeReactivity } from './fake-reactivity.ts'

function setup({ live = true } = {}) {
  const { createSubscriber, effect } = createFakeReactivity()
  const stop = vi.fn<() => void>()
  const start = vi.fn<() => () => void>(() => stop)
  const value: LiveValue<number> = createLiveValue({ initial: 0, start, createSubscriber, live })
  return { value, start, stop, effect }
}

describe('createLiveValue', () => {
  test('making one starts nothing, and peeking does not either', () => {
    const { value, start } = setup()
    expect(value.peek()).toBe(0)
    value.set(1)
    expect(value.peek()).toBe(1)
    expect(start).not.toHaveBeenCalled()
  })

  test('reading current outside of an effect gives the value and starts nothing', () => {
    const { value, start } = setup()
    value.set(7)
    expect(value.current).toBe(7)
    expect(start).not.toHaveBeenCalled()
  })

  test('subscribe gives the value at once, then each that follows', () => {
    const { value } = setup()
    const seen: number[] = []
    value.subscribe((now) => seen.push(now))
    value.set(1)
    value.set(2)
    expect(seen).toEqual([0, 1, 2])
  })

  test('no value is skipped, also not one that is equal to the one before', () => {
    const { value } = setup()
    const seen: number[] = []
    value.subscribe((now) => seen.push(now))
    for (const next of [1, 1, 1, 0, 0]) value.set(next)
    expect(seen).toEqual([0, 1, 1, 1, 0, 0])
  })

  test('a value that start sets at once reaches the first reader', () => {
    const { createSubscriber } = createFakeReactivity()
    const value: LiveValue<number> = createLiveValue({
      initial: 0,
      live: true,
      createSubscriber,
      start() {
        value.set(1)
        return () => {}
      },
    })
    const seen: number[] = []
    value.subscribe((now) => seen.push(now))
    expect(seen).toEqual([1])
  })

  test('an effect that reads current runs again with each value', () => {
    const { value, effect } = setup()
    const seen: number[] = []
    effect(() => seen.push(value.current))
    value.set(1)
    value.set(2)
    expect(seen).toEqual([0, 1, 2])
  })

  test('readers of both kinds are counted together: one start, one stop', () => {
    const { value, start, stop, effect } = setup()
    const leaveStore = value.subscribe(() => {})
    const leaveEffect = effect(() => void value.current)
    const leaveOther = value.subscribe(() => {})
    expect(start).toHaveBeenCalledTimes(1)
    leaveStore()
    leaveOther()
    expect(stop).not.toHaveBeenCalled()
    leaveEffect()
    expect(stop).toHaveBeenCalledTimes(1)
  })

  test('the effect may leave first', () => {
    const { value, start, stop, effect } = setup()
    const leaveEffect = effect(() => void value.current)
    const leaveStore = value.subscribe(() => {})
    leaveEffect()
    expect(stop).not.toHaveBeenCalled()
    leaveStore()
    expect(start).toHaveBeenCalledTimes(1)
    expect(stop).toHaveBeenCalledTimes(1)
  })

  test('many effects are one start and one stop', () => {
    const { value, start, stop, effect } = setup()
    const leaves = Array.from({ length: 5 }, () => effect(() => void value.current))
    expect(start).toHaveBeenCalledTimes(1)
    for (const leave of leaves) leave()
    expect(stop).toHaveBeenCalledTimes(1)
  })

  test('it starts again with the next first reader, and keeps its value', () => {
    const { value, start, stop } = setup()
    value.subscribe(() => {})()
    value.set(3)
    const seen: number[] = []
    const leave = value.subscribe((now) => seen.push(now))
    expect(seen).toEqual([3])
    expect(start).toHaveBeenCalledTimes(2)
    leave()
    expect(stop).toHaveBeenCalledTimes(2)
  })

  test('leaving twice does not count for somebody else', () => {
    const { value, stop } = setup()
    const first = value.subscribe(() => {})
    const second = value.subscribe(() => {})
    first()
    first()
    expect(stop).not.toHaveBeenCalled()
    second()
    second()
    expect(stop).toHaveBeenCalledTimes(1)
  })

  test('who has left is told nothing more', () => {
    const { value } = setup()
    const seen: number[] = []
    value.subscribe(() => {})
    value.subscribe((now) => seen.push(now))()
    value.set(1)
    expect(seen).toEqual([0])
  })

  test('the same function subscribed twice is two readers', () => {
    const { value, stop } = setup()
    const run = vi.fn<(now: number) => void>()
    const first = value.subscribe(run)
    const second = value.subscribe(run)
    value.set(1)
    expect(run.mock.calls).toEqual([[0], [0], [1], [1]])
    first()
    value.set(2)
    expect(run).toHaveBeenLastCalledWith(2)
    expect(run).toHaveBeenCalledTimes(5)
    expect(stop).not.toHaveBeenCalled()
    second()
    expect(stop).toHaveBeenCalledTimes(1)
  })

  test('a reader that leaves while it is told does not keep the others from being told', () => {
    const { value } = setup()
    const seen: string[] = []
    const leave = value.subscribe((now) => {
      seen.push(`first ${now}`)
      if (now === 1) leave()
    })
    value.subscribe((now) => seen.push(`second ${now}`))
    value.set(1)
    value.set(2)
    expect(seen).toEqual(['first 0', 'second 0', 'first 1', 'second 1', 'second 2'])
  })

  test('a reader that comes while another is told sees the new value', () => {
    const { value } = setup()
    const seen: number[] = []
    let came = false
    value.subscribe((now) => {
      if (now !== 1 || came) return
      came = true
      value.subscribe((inner) => seen.push(inner))
    })
    value.set(1)
    value.set(2)
    expect(seen[0]).toBe(1)
    expect(seen.at(-1)).toBe(2)
  })

  test('without a start there is nothing to stop', () => {
    const { createSubscriber } = createFakeReactivity()
    const value = createLiveValue({ initial: 'a', live: true, createSubscriber })
    const leave = value.subscribe(() => {})
    expect(leave).not.toThrow()
  })

  describe('where nothing is live', () => {
    test('subscribe gives the value once and starts nothing', () => {
      const { value, start } = setup({ live: false })
      const seen: number[] = []
      const leave = value.subscribe((now) => seen.push(now))
      value.set(1)
      leave()
      leave()
      expect(seen).toEqual([0])
      expect(start).not.toHaveBeenCalled()
    })

    test('reading current in an effect starts nothing', () => {
      const { value, start, effect } = setup({ live: false })
      const seen: number[] = []
      effect(() => seen.push(value.current))
      expect(seen).toEqual([0])
      expect(start).not.toHaveBeenCalled()
    })
  })
})

describe('readers that act, or fail, while they are told', () => {
  const create = (onError?: () => void): LiveValue<number> =>
    createLiveValue({
      initial: 0,
      live: true,
      onError,
      createSubscriber: createFakeReactivity().createSubscriber,
    })

  test('one that comes while another is told is told the new value once', () => {
    const value = create()
    const seen: number[] = []
    let came = false
    value.subscribe((now) => {
      if (now !== 1 || came) return
      came = true
      value.subscribe((inner) => seen.push(inner))
    })
    value.set(1)
    expect(seen).toEqual([1])
  })

  test('what one sets while it is told reaches all in order', () => {
    const value = create()
    const seen: number[] = []
    value.subscribe((now) => {
      if (now === 1) value.set(2)
    })
    value.subscribe((now) => seen.push(now))
    value.set(1)
    expect(seen).toEqual([0, 1, 2])
  })

  test('one that leaves while another is told is told no more', () => {
    const value = create()
    const seen: number[] = []
    let leave = (): void => {}
    value.subscribe((now) => {
      if (now === 1) leave()
    })
    leave = value.subscribe((now) => seen.push(now))
    value.set(1)
    expect(seen).toEqual([0])
  })

  test('the fault of one is told, and the others are told the value', () => {
    const onError = vi.fn<() => void>()
    const value = create(onError)
    const seen: number[] = []
    value.subscribe((now) => {
      if (now === 1) throw new Error('fault')
    })
    value.subscribe((now) => seen.push(now))
    value.set(1)
    value.set(2)
    expect(seen).toEqual([0, 1, 2])
    expect(onError).toHaveBeenCalledTimes(1)
  })

  test('one that fails at once is no reader', () => {
    const stop = vi.fn<() => void>()
    const value = createLiveValue({
      initial: 0,
      live: true,
      start: () => stop,
      createSubscriber: createFakeReactivity().createSubscriber,
    })
    expect(() =>
      value.subscribe(() => {
        throw new Error('fault')
      }),
    ).toThrow('fault')
    expect(stop).toHaveBeenCalledTimes(1)
  })
})
