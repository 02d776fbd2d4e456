import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createIdleWatch } from '../../src/idle-watch.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

const setup = (idleTimeout = 1000) => {
  const ping = vi.fn<() => void>()
  const gone = vi.fn<() => void>()
  return { ping, gone, watch: createIdleWatch({ idleTimeout, ping, gone }) }
}

describe('a peer that is silent', () => {
  test('is asked, and gone within 1.5 times the time, once', () => {
    const { ping, gone } = setup()
    vi.advanceTimersByTime(999)
    expect(ping).toHaveBeenCalled()
    expect(gone).not.toHaveBeenCalled()
    vi.advanceTimersByTime(501)
    expect(gone).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(10_000)
    expect(gone).toHaveBeenCalledTimes(1)
  })

  test.each(Array.from({ length: 50 }, (_, index) => index * 10))(
    'is found within 1.5 times the time, when its last sign came after %s ms',
    (after) => {
      const { ping, gone, watch } = setup()
      vi.advanceTimersByTime(after)
      watch.alive()
      vi.advanceTimersByTime(1501)
      expect(ping).toHaveBeenCalled()
      expect(gone).toHaveBeenCalledTimes(1)
    },
  )

  test.each([0, 1, 2, 3, 50, 400])('stays when it answers each ping after %s ms', (delay) => {
    const { ping, gone, watch } = setup()
    ping.mockImplementation(() => void setTimeout(watch.alive, delay))
    vi.advanceTimersByTime(100_000)
    expect(gone).not.toHaveBeenCalled()
  })

  test('is not watched with Infinity, nor after the stop', () => {
    const never = setup(Infinity)
    const stopped = setup()
    stopped.watch.stop()
    stopped.watch.stop()
    vi.advanceTimersByTime(100_000)
    for (const { ping, gone } of [never, stopped]) {
      expect(ping).not.toHaveBeenCalled()
      expect(gone).not.toHaveBeenCalled()
    }
  })

  test('that is asked late, because the process was busy, gets its time to answer', () => {
    const { ping, gone, watch } = setup()
    watch.alive()
    // One look after a long pause of the process, in which the sign could not come in.
    vi.setSystemTime(0)
    vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 5000)
    vi.advanceTimersByTime(500)
    expect(ping).toHaveBeenCalledTimes(1)
    expect(gone).not.toHaveBeenCalled()
  })
})
