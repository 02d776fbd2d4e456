// @vitest-environment node
import { withRequestLife } from '@kitrt/core/server'
import type { RequestEvent } from '@sveltejs/kit'
import { derived as svelteDerived, get, writable as svelteWritable } from 'svelte/store'
import type { Readable } from 'svelte/store'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { derived, isIsolated, readable, writable } from '../../src/index.ts'
import { createScope, scopes } from '../../src/scope.ts'
import { setRequestEvent } from './app-server.ts'

// Only with `handle` does anybody ask SvelteKit for its event.
beforeAll(() => import('../../src/server/index.ts'))

beforeEach(() => {
  scopes.served = true
})

afterEach(() => {
  setRequestEvent(undefined)
  vi.unstubAllEnvs()
})

/** Runs in a request of its own. */
const inRequest = <T>(run: () => T): T => scopes.current.run(createScope(), run)

/** The error that `run` throws. */
const thrown = (run: () => unknown): Error & { code?: string } => {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe('writable', () => {
  test('begins with its value in every request, whatever another one has set', () => {
    const count = writable(1)
    inRequest(() => {
      count.set(5)
      expect(get(count)).toBe(5)
    })
    inRequest(() => expect(get(count)).toBe(1))
  })

  test('two requests that take turns do not see each other', async () => {
    const user = writable('nobody')
    const turns = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
    const serve = (name: string): Promise<string[]> =>
      inRequest(async () => {
        const seen: string[] = [get(user)]
        user.set(name)
        for (const { promise } of turns) {
          // oxlint-disable-next-line no-await-in-loop -- the turns are the point
          await promise
          seen.push(get(user))
          user.update((before) => `${before}!`)
        }
        return seen
      })
    const both = Promise.all([serve('ada'), serve('bob')])
    for (const { resolve } of turns) {
      resolve()
      // oxlint-disable-next-line no-await-in-loop -- as above
      await new Promise((next) => setImmediate(next))
    }
    expect(await both).toEqual([
      ['nobody', 'ada', 'ada!', 'ada!!'],
      ['nobody', 'bob', 'bob!', 'bob!!'],
    ])
  })

  test('an initial value is copied, so that nothing pushed into it stays', () => {
    const list = writable<string[]>([])
    inRequest(() => get(list).push('mine'))
    inRequest(() => expect(get(list)).toEqual([]))
  })

  test.each([
    ['a date', new Date(0)],
    ['a map', new Map([['a', { b: 1 }]])],
    ['a set', new Set([1])],
    ['bytes', new Uint8Array([1, 2])],
    ['a deep object', { a: { b: [1, { c: null }] } }],
  ])('%s is copied as what it is', (_, value) => {
    const store = writable(value)
    inRequest(() => {
      expect(get(store)).toEqual(value)
      expect(get(store)).not.toBe(value)
    })
  })

  test('an object that contains itself is copied', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    const store = writable(circle)
    inRequest(() => {
      expect(get(store).self).toBe(get(store))
      expect(get(store)).not.toBe(circle)
    })
  })

  test.each([[undefined], [null], [0], [''], [false], [Number.NaN], [1n]])(
    'a value of %s is kept',
    (value) => {
      const store = writable(value)
      inRequest(() => expect(get(store)).toBe(value))
    },
  )

  test('may begin with nothing', () => {
    const store = writable<number>()
    inRequest(() => {
      expect(get(store)).toBeUndefined()
      store.set(1)
      expect(get(store)).toBe(1)
    })
  })

  test('set, update and subscribe are svelte/store’s', () => {
    const count = writable(0)
    inRequest(() => {
      const seen: number[] = []
      const leave = count.subscribe((now) => seen.push(now))
      count.set(1)
      count.set(1)
      count.update((before) => before + 1)
      leave()
      leave()
      count.set(9)
      expect(seen).toEqual([0, 1, 2])
    })
  })

  test('its methods need no this', () => {
    const { set, update, subscribe } = writable(0)
    inRequest(() => {
      set(1)
      update((before) => before + 1)
      const seen: number[] = []
      subscribe((now) => seen.push(now))
      expect(seen).toEqual([2])
    })
  })

  test('start is called with the first reader of a request, and its stop with the last', () => {
    const stop = vi.fn<() => void>()
    const start = vi.fn<(set: (value: number) => void) => () => void>((set) => {
      set(1)
      return stop
    })
    const count = writable(0, start)
    inRequest(() => {
      expect(start).not.toHaveBeenCalled()
      const first = count.subscribe(() => {})
      const second = count.subscribe(() => {})
      expect(start).toHaveBeenCalledTimes(1)
      first()
      expect(stop).not.toHaveBeenCalled()
      second()
      expect(stop).toHaveBeenCalledTimes(1)
    })
    inRequest(() => expect(get(count)).toBe(1))
    expect(start).toHaveBeenCalledTimes(2)
  })

  test('start may be given together with options', () => {
    const store = writable(0, (set) => set(1), { key: 'with-start' })
    inRequest(() => expect(get(store)).toBe(1))
  })

  test('each is a store of its own, also with the same value', () => {
    const [first, second] = [writable(0), writable(0)]
    inRequest(() => {
      first.set(1)
      expect(get(second)).toBe(0)
    })
  })
})

describe('readable', () => {
  test('begins with its value, and start sets it', () => {
    const time = readable(0, (set, update) => {
      set(1)
      update((before) => before + 1)
    })
    inRequest(() => expect(get(time)).toBe(2))
  })

  test('starts with the first reader and stops with the last', () => {
    const stop = vi.fn<() => void>()
    const start = vi.fn<() => () => void>(() => stop)
    const time = readable('x', start)
    inRequest(() => {
      const leave = time.subscribe(() => {})
      expect(start).toHaveBeenCalledTimes(1)
      leave()
      leave()
      expect(stop).toHaveBeenCalledTimes(1)
    })
  })

  test('what start sets in one request does not reach another', () => {
    const sets: ((value: string) => void)[] = []
    const store = readable('initial', (set) => void sets.push(set))
    const seen: string[][] = [[], []]
    inRequest(() => store.subscribe((now) => seen[0]!.push(now)))
    inRequest(() => store.subscribe((now) => seen[1]!.push(now)))
    sets[0]!('first')
    expect(seen).toEqual([['initial', 'first'], ['initial']])
  })

  test('may take options instead of start, and has no set', () => {
    const store = readable(3, { key: 'readable-with-options' })
    inRequest(() => expect(get(store)).toBe(3))
    expect('set' in store).toBe(false)
  })
})

describe('derived', () => {
  test('of one store follows it, in its own request', () => {
    const count = writable(1)
    const double = derived(count, (value) => value * 2)
    inRequest(() => {
      const seen: number[] = []
      double.subscribe((value) => seen.push(value))
      count.set(5)
      expect(seen).toEqual([2, 10])
    })
    inRequest(() => expect(get(double)).toBe(2))
  })

  test('of several stores is told once for each change', () => {
    const [a, b] = [writable(1), writable(2)]
    const sum = derived([a, b], ([left, right]) => left + right)
    inRequest(() => {
      const seen: number[] = []
      sum.subscribe((value) => seen.push(value))
      a.set(10)
      b.set(20)
      expect(seen).toEqual([3, 12, 30])
    })
  })

  test('of a diamond is told once, without a glitch', () => {
    const count = writable(1)
    const double = derived(count, (value) => value * 2)
    const triple = derived(count, (value) => value * 3)
    const sum = derived([double, triple], ([left, right]) => left + right)
    inRequest(() => {
      const seen: number[] = []
      sum.subscribe((value) => seen.push(value))
      count.set(10)
      expect(seen).toEqual([5, 50])
    })
  })

  test('may set later, and begins with its initial value', () => {
    const count = writable(1)
    const stop = vi.fn<() => void>()
    let later: ((value: string) => void) | undefined
    const text = derived(
      count,
      (_value, set: (value: string) => void) => {
        later = set
        return stop
      },
      'initial',
    )
    inRequest(() => {
      const seen: string[] = []
      const leave = text.subscribe((value) => seen.push(value))
      later!('later')
      expect(seen).toEqual(['initial', 'later'])
      count.set(2)
      expect(stop).toHaveBeenCalledTimes(1)
      leave()
      expect(stop).toHaveBeenCalledTimes(2)
    })
  })

  test('may update its own value', () => {
    const count = writable(1)
    const sum = derived(
      count,
      (value, _set, update) => update((before: number) => before + value),
      0,
    )
    inRequest(() => {
      const seen: number[] = []
      sum.subscribe((value) => seen.push(value))
      count.set(2)
      count.set(3)
      expect(seen).toEqual([1, 3, 6])
    })
    inRequest(() => expect(get(sum)).toBe(1))
  })

  test('an initial value is copied', () => {
    const count = writable(1)
    const log = derived(
      count,
      (value, _set, update) =>
        update((before: number[]) => {
          before.push(value)
          return before
        }),
      [] as number[],
    )
    inRequest(() => expect(get(log)).toEqual([1]))
    inRequest(() => expect(get(log)).toEqual([1]))
  })

  test("svelte/store's own derived of ours belongs to the request of its first reader", () => {
    const count = writable(1)
    const double = svelteDerived(count, (value) => value * 2)
    inRequest(() => {
      count.set(5)
      expect(get(double)).toBe(10)
    })
    inRequest(() => expect(get(double)).toBe(2))
  })

  test('mixes ours with plain ones', () => {
    const plain = svelteWritable(10)
    const own = writable(1)
    const sum = derived([plain, own] as [Readable<number>, Readable<number>], ([a, b]) => a + b)
    inRequest(() => {
      own.set(2)
      expect(get(sum)).toBe(12)
    })
    inRequest(() => expect(get(sum)).toBe(11))
  })
})

describe('outside of any request', () => {
  test.each([
    ['reading', () => get(writable(0))],
    ['setting', () => writable(0).set(1)],
    ['updating', () => writable(0).update((before) => before + 1)],
    ['reading a readable', () => get(readable(0))],
    ['reading a derived', () => get(derived(writable(0), (value) => value))],
  ])('%s throws no-scope', (_, use) => {
    expect(thrown(use).code).toBe('no-scope')
  })

  test('making one throws nothing', () => {
    expect(() => derived(writable(0), (value) => value)).not.toThrow()
  })

  test('the error names the store, where it was made, where it was used, and the mend', () => {
    const store = writable(0, { key: 'cart' })
    const { message } = thrown(() => store.set(1))
    expect(message).toContain("The writable store 'cart' made at ")
    const places = message.match(/stores\.test\.ts:\d+:\d+/g)
    expect(places).toHaveLength(2)
    expect(places![0]).not.toBe(places![1])
    expect(message).toContain("put the handle of '@kitrt/stores/server' first")
  })

  test('a store without a key is named by its kind', () => {
    expect(thrown(() => get(readable(0))).message).toMatch(/^The readable store made at /)
    const { message } = thrown(() => get(derived(svelteWritable(0), (value) => value)))
    expect(message).toMatch(/^The derived store made at /)
  })
})

describe('in the unit tests of an app', () => {
  beforeEach(() => {
    scopes.served = false
    scopes.tests = undefined
  })

  test('stores work without a request, as those of svelte/store do', () => {
    const list = writable(['a'])
    const length = derived(list, ($list) => $list.length)
    list.update((items) => [...items, 'b'])
    expect(get(list)).toEqual(['a', 'b'])
    expect(get(length)).toBe(2)
    inRequest(() => expect(get(list)).toEqual(['a']))
    expect(get(list)).toEqual(['a', 'b'])
  })

  test.each([undefined, 'production', 'development'])('but not where NODE_ENV is %s', (env) => {
    vi.stubEnv('NODE_ENV', env)
    expect(thrown(() => get(writable(0))).code).toBe('no-scope')
  })

  test('nor once a server has answered requests, nor in a request that came by without handle', () => {
    const store = writable(0)
    setRequestEvent({ locals: {} } as RequestEvent)
    const { code, message } = thrown(() => get(store))
    expect(code).toBe('no-scope')
    expect(message).toContain('used before its request had come through handle')
    setRequestEvent(undefined)
    scopes.served = true
    expect(thrown(() => get(store)).code).toBe('no-scope')
  })
})

describe('where contexts cannot be trusted, a request that has ended', () => {
  test('counts as none, by either way, and the error says so', async () => {
    const store = writable(0)
    const { promise, resolve } = Promise.withResolvers<void>()
    const scope = withRequestLife(promise, () => createScope())
    const locals = {}
    scopes.byLocals.set(locals, scope)
    scopes.current.run(scope, () => store.set(1))
    resolve()
    await promise
    const error = thrown(() => scopes.current.run(scope, () => get(store)))
    expect(error.code).toBe('no-scope')
    expect(error.message).toContain('after the response to it had gone out')
    setRequestEvent({ locals } as RequestEvent)
    expect(thrown(() => get(store)).message).toContain('after the response to it had gone out')
  })
})

describe('where the asynchronous context was lost', () => {
  const locals = {}

  test('the store is found by the event that SvelteKit still knows', () => {
    const count = writable(0)
    const scope = createScope()
    scopes.byLocals.set(locals, scope)
    scopes.current.run(scope, () => count.set(7))
    setRequestEvent({ locals } as RequestEvent)
    expect(get(count)).toBe(7)
  })

  test('the context goes before the event', () => {
    const count = writable(0)
    scopes.byLocals.set(locals, createScope())
    setRequestEvent({ locals } as RequestEvent)
    count.set(1)
    inRequest(() => expect(get(count)).toBe(0))
  })

  test('an event that never came through our handle has no store', () => {
    setRequestEvent({ locals: {} } as RequestEvent)
    expect(thrown(() => get(writable(0))).code).toBe('no-scope')
  })
})

describe('an initial value that cannot be copied', () => {
  test.each([
    ['an object with a function', { run: () => {} }],
    ['a list with a symbol', [Symbol('x')]],
    ['a promise', Promise.resolve()],
    ['a weak map', new WeakMap()],
  ])('%s throws not-cloneable when it is used', (_, value) => {
    const store = writable<unknown>(value, { key: 'mine' })
    const error = inRequest(() => thrown(() => get(store)))
    expect(error.code).toBe('not-cloneable')
    expect(error.message).toContain("the writable store 'mine' cannot be copied")
    expect(error.cause).toBeInstanceOf(DOMException)
  })

  test('is one of derived too', () => {
    const store = derived(writable(0), () => {}, { run: () => {} })
    expect(inRequest(() => thrown(() => get(store))).message).toContain('the derived store cannot')
  })

  test('a function itself is shared, since nobody can change it', () => {
    const run = (): number => 1
    const store = writable(run)
    inRequest(() => expect(get(store)).toBe(run))
  })
})

describe('isIsolated', () => {
  test.each([
    ['writable', writable(0)],
    ['readable', readable(0)],
    ['derived', derived(svelteWritable(0), (value) => value)],
  ])('knows a %s of ours, without using it', (_, store) => {
    expect(isIsolated(store)).toBe(true)
  })

  test.each([[svelteWritable(0)], [{}], [null], [undefined], ['writable'], [() => {}]])(
    'knows that %o is none',
    (value) => {
      expect(isIsolated(value)).toBe(false)
    },
  )

  test('knows a store of a second copy of the package', async () => {
    vi.resetModules()
    const copy = await import('../../src/index.ts')
    expect(copy.isIsolated).not.toBe(isIsolated)
    expect(isIsolated(copy.writable(0))).toBe(true)
  })

  test('a second copy of the package shares the scope, and mixes nothing up', async () => {
    vi.resetModules()
    const copy = await import('../../src/index.ts')
    const [mine, other] = [writable('mine'), copy.writable('other')]
    inRequest(() => {
      other.set('changed')
      expect(get(mine)).toBe('mine')
      expect(get(other)).toBe('changed')
    })
  })
})

test('an instance of a class is no initial value: its copy would be none', () => {
  class Cart {
    items: string[] = []
  }
  const cart = writable(new Cart())
  expect(() => inRequest(() => get(cart))).toThrow(
    expect.objectContaining({ code: 'not-cloneable' }),
  )
})
