import { describe, expect, test, vi } from 'vitest'
import { channel } from '../../../src/channel.ts'
import { createFollowing } from '../../../src/client/following.ts'
import type { AnySchema } from '../../../src/schema.ts'

const numbers: AnySchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof value === 'number' ? { value } : { issues: [{ message: 'expected a number' }] },
  },
}
const log = channel('log', { event: numbers })

function follow() {
  const onError = vi.fn()
  const following = createFollowing({ channel: log, params: undefined, key: 'log', onError })
  const observer = { changed: vi.fn(), event: vi.fn(), jumped: vi.fn() }
  following.observers.add(observer)
  following.begin({ state: [], position: 'e.0.zero' })
  return { following, observer, onError }
}
const event = (offset: number, d: unknown, p = offset === 1 ? 'zero' : `i${offset - 1}`) => ({
  n: `e.${offset}.i${offset}`,
  p,
  d,
})

describe('a channel as a client follows it (rule 1)', () => {
  test('applies what follows its position, and knows what it has', () => {
    const { following, observer } = follow()
    expect(following.apply(event(1, 10))).toBe('applied')
    expect(following.apply(event(2, 20))).toBe('applied')
    expect(following.apply(event(1, 10))).toBe('known')
    expect(following.apply(event(2, 20))).toBe('known')
    expect(following.apply(event(4, 40))).toBe('gap')
    following.show()
    expect(following.state).toEqual([10, 20])
    expect(following.position).toBe('e.2.i2')
    expect(observer.event.mock.calls).toEqual([
      [10, 'e.1.i1'],
      [20, 'e.2.i2'],
    ])
  })

  test('has forgotten an id after 256 others: what comes then is a gap', () => {
    const { following } = follow()
    for (let offset = 1; offset <= 258; offset++) following.apply(event(offset, offset))
    expect(following.apply(event(3, 3))).toBe('known')
    expect(following.apply(event(1, 1))).toBe('gap')
  })

  test('an event that does not fit is said and left out, and the next one is applied', () => {
    const { following, observer, onError } = follow()
    expect(following.apply(event(1, 'poison'))).toBe('applied')
    expect(following.apply(event(2, 20))).toBe('applied')
    following.show()
    expect(following.state).toEqual([20])
    expect(following.error).toMatchObject({ code: 'invalid-message' })
    expect(onError).toHaveBeenCalledTimes(1)
    expect(observer.event).toHaveBeenCalledTimes(1)
  })

  test('an observer that throws is reported, and the others are told', () => {
    const { following, observer, onError } = follow()
    const broken = { changed: vi.fn(), event: vi.fn() }
    broken.event.mockImplementation(() => {
      throw new Error('broken')
    })
    following.observers.clear()
    following.observers.add(broken).add(observer)
    expect(following.apply(event(1, 10))).toBe('applied')
    expect(observer.event).toHaveBeenCalledTimes(1)
    expect(onError).toHaveBeenCalledTimes(1)
  })

  test('a page that is older than what there is changes nothing; a newer one is taken, and events in between were missed', () => {
    const { following, observer } = follow()
    following.apply(event(1, 10))
    expect(following.begin({ state: [], position: 'e.0.zero' })).toBe(false)
    expect(following.begin({ state: [10, 20, 30], position: 'e.3.i3' })).toBe(true)
    expect(observer.jumped.mock.calls).toEqual([
      ['e.0.zero', false],
      ['e.3.i3', true],
    ])
  })

  test('after a reset nothing is applied until there is a new state', () => {
    const { following } = follow()
    following.reset()
    expect(following.apply(event(1, 10))).toBe('known')
    expect(following.begin({ state: [1], position: 'other.1.x' })).toBe(true)
    following.show()
    expect(following.state).toEqual([1])
  })

  test('readers are told once for each step, and of a status only when it changes', () => {
    const { following, observer } = follow()
    following.setStatus('live')
    following.setStatus('live')
    expect(observer.changed).toHaveBeenCalledTimes(1)
    following.apply(event(1, 10))
    following.apply(event(2, 20))
    following.show()
    following.show()
    expect(observer.changed).toHaveBeenCalledTimes(2)
  })
})
