import type * as svelte from 'svelte/store'
import type { Readable, Writable } from 'svelte/store'
import { describe, expect, test, vi } from 'vitest'

/** What an app imports from svelte/store. */
export type StoreModule = Pick<
  typeof svelte,
  'derived' | 'fromStore' | 'get' | 'readable' | 'readonly' | 'toStore' | 'writable'
>

/** Listens to a store. */
export function record<T>(store: Readable<T>): { seen: T[]; leave: () => void } {
  const seen: T[] = []
  return { seen, leave: store.subscribe((value) => seen.push(value)) }
}

/** An observable as RxJS has it: what `subscribe` gives is an object. */
export function observable(value: unknown): { subscribe: never; left: () => number } {
  let left = 0
  const subscribe = (run: (now: unknown) => void): { unsubscribe: () => void } => {
    run(value)
    return { unsubscribe: () => void left++ }
  }
  return { subscribe: subscribe as never, left: () => left }
}

/**
 * What apps rely on in svelte/store, for svelte/store itself and for what takes its place.
 *
 * @param inside runs a test where the module's stores may be used, such as in a request
 */
export function svelteStoreCases(
  { derived, fromStore, get, readable, readonly, toStore, writable }: StoreModule,
  inside: (run: () => void) => void = (run) => run(),
): void {
  const check = (name: string, run: () => void): void => test(name, () => inside(run))

  describe('writable', () => {
    check('a subscriber is told the value at once, and each change', () => {
      const store = writable(1)
      const { seen } = record(store)
      expect(seen).toEqual([1])
      store.set(2)
      store.update((before) => before + 1)
      expect(seen).toEqual([1, 2, 3])
    })

    check('subscribers are told in the order in which they came', () => {
      const store = writable(0)
      const told: string[] = []
      store.subscribe((value) => told.push(`a${value}`))
      const leave = store.subscribe((value) => told.push(`b${value}`))
      store.subscribe((value) => told.push(`c${value}`))
      leave()
      store.subscribe((value) => told.push(`d${value}`))
      told.length = 0
      store.set(1)
      expect(told).toEqual(['a1', 'c1', 'd1'])
    })

    check('is undefined without a value', () => {
      expect(get(writable())).toBeUndefined()
      expect(record(writable<number>()).seen).toEqual([undefined])
    })

    for (const [name, value] of [
      ['a number', 1],
      ['text', 'x'],
      ['not a number', Number.NaN],
      ['null', null],
      ['undefined', undefined],
      ['true', true],
      ['a bigint', 1n],
      ['a symbol', Symbol.iterator],
    ] as const) {
      check(`${name} that is set again is no change`, () => {
        const store = writable<unknown>('before')
        const { seen } = record(store)
        store.set(value)
        store.set(value)
        expect(seen).toEqual(['before', value])
      })
    }

    for (const [name, value] of [
      ['an object', {}],
      ['a list', []],
      ['a date', new Date(0)],
      ['a function', () => {}],
    ] as const) {
      check(`${name} that is set again is a change: its inside may be another`, () => {
        const store = writable<unknown>()
        const { seen } = record(store)
        store.set(value)
        store.set(value)
        store.update((before) => before)
        expect(seen).toEqual([undefined, value, value, value])
        expect(seen[3]).toBe(value)
      })
    }

    check('zero and minus zero are the same', () => {
      const store = writable(0)
      const { seen } = record(store)
      store.set(-0)
      expect(seen).toHaveLength(1)
    })

    check('what is set while nobody listens is there for who comes', () => {
      const store = writable(1)
      record(store).leave()
      store.set(2)
      store.update((before) => before * 10)
      expect(record(store).seen).toEqual([20])
    })

    check('who has left hears nothing more, and may leave twice', () => {
      const store = writable(0)
      const [first, second] = [record(store), record(store)]
      first.leave()
      first.leave()
      store.set(1)
      expect([first.seen, second.seen]).toEqual([[0], [0, 1]])
    })

    check('the same function may listen twice', () => {
      const store = writable(0)
      const seen: number[] = []
      const listener = (value: number): void => void seen.push(value)
      const leave = store.subscribe(listener)
      store.subscribe(listener)
      leave()
      store.set(1)
      expect(seen).toEqual([0, 0, 1])
    })

    check('a subscriber may subscribe another', () => {
      const store = writable(0)
      const inner: number[] = []
      let once = true
      const { seen } = record(store)
      store.subscribe(() => {
        if (once) store.subscribe((value) => inner.push(value))
        once = false
      })
      store.set(1)
      expect([seen, inner]).toEqual([
        [0, 1],
        [0, 1],
      ])
    })

    check('a subscriber may leave while it is told', () => {
      const store = writable(0)
      const seen: number[] = []
      const leave = store.subscribe((value) => {
        seen.push(value)
        if (value === 1) leave()
      })
      store.set(1)
      store.set(2)
      expect(seen).toEqual([0, 1])
    })

    check('what a subscriber sets is told when all have heard what came before', () => {
      const store = writable(0)
      const told: string[] = []
      store.subscribe((value) => {
        told.push(`a${value}`)
        if (value === 1) store.set(2)
      })
      store.subscribe((value) => told.push(`b${value}`))
      told.length = 0
      store.set(1)
      expect(told).toEqual(['a1', 'b1', 'a2', 'b2'])
    })

    check('a second listener is told beforehand that a change comes', () => {
      const store = writable(0)
      const told: string[] = []
      store.subscribe(
        (value) => told.push(`run ${value}`),
        () => told.push('invalidate'),
      )
      store.set(1)
      store.set(1)
      expect(told).toEqual(['run 0', 'invalidate', 'run 1'])
    })

    check('all are told that a change comes before any is told it', () => {
      const store = writable(0)
      const told: string[] = []
      for (const name of ['a', 'b']) {
        store.subscribe(
          () => told.push(`run ${name}`),
          () => told.push(`invalidate ${name}`),
        )
      }
      told.length = 0
      store.set(1)
      expect(told).toEqual(['invalidate a', 'invalidate b', 'run a', 'run b'])
    })

    check('its functions need no this, as custom stores want', () => {
      const { subscribe, set, update } = writable(0)
      const counter = { subscribe, add: () => update((n) => n + 1), reset: () => set(0) }
      const { seen } = record(counter)
      counter.add()
      counter.add()
      counter.reset()
      expect(seen).toEqual([0, 1, 2, 0])
    })

    check('it may be spread into a custom store', () => {
      const counter = { ...writable(0), name: 'counter' }
      counter.set(1)
      expect(get(counter)).toBe(1)
      expect(Object.keys(counter).toSorted()).toEqual(['name', 'set', 'subscribe', 'update'])
    })
  })

  describe.each([
    ['writable', (start: Start) => writable(0, start)],
    ['readable', (start: Start) => readable(0, start)],
  ] as [string, (start: Start) => Readable<number>][])('the start of a %s', (_, make) => {
    check('is called for the first listener, and what it gives when the last has left', () => {
      const stop = vi.fn<() => void>()
      const start = vi.fn<Start>(() => stop)
      const store = make(start)
      expect(start).not.toHaveBeenCalled()
      const [first, second] = [record(store), record(store)]
      expect(start).toHaveBeenCalledTimes(1)
      second.leave()
      second.leave()
      expect(stop).not.toHaveBeenCalled()
      first.leave()
      first.leave()
      expect(stop).toHaveBeenCalledTimes(1)
      record(store).leave()
      expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([2, 2])
    })

    check('is given set and update', () => {
      const start = vi.fn<Start>()
      record(make(start))
      expect(start.mock.calls[0]).toEqual([expect.any(Function), expect.any(Function)])
    })

    check('what it sets at once is the first value told', () => {
      const store = make((set, update) => {
        set(5)
        update((before) => before + 1)
      })
      expect(record(store).seen).toEqual([6])
      expect(get(store)).toBe(6)
    })

    check('what it sets later is told, and kept when it has stopped', () => {
      let later: ((value: number) => void) | undefined
      const store = make((set) => {
        later = set
      })
      const { seen, leave } = record(store)
      later?.(1)
      leave()
      later?.(2)
      expect(seen).toEqual([0, 1])
      expect(get(store)).toBe(2)
    })

    check('it need not give anything', () => {
      const { leave } = record(make(() => {}))
      expect(leave).not.toThrow()
    })
  })

  describe('readable', () => {
    check('has a value and no way to set it', () => {
      const store = readable('x')
      expect(get(store)).toBe('x')
      expect(Object.keys(store)).toEqual(['subscribe'])
    })

    check('may begin with nothing', () => {
      expect(get(readable())).toBeUndefined()
    })
  })

  describe('derived', () => {
    check('of one store', () => {
      const count = writable(2)
      const double = derived(count, ($count) => $count * 2)
      const { seen, leave } = record(double)
      count.set(3)
      leave()
      count.set(4)
      expect(seen).toEqual([4, 6])
      expect(get(double)).toBe(8)
    })

    check('of a list of stores, of one, and of none', () => {
      const [a, b] = [writable('a'), readable('b')]
      expect(get(derived([a, b], (values) => values.join('')))).toBe('ab')
      expect(get(derived([a], ([$a]) => `${$a}!`))).toBe('a!')
      expect(get(derived([] as Readable<string>[], (values) => values.length))).toBe(0)
    })

    check('tells nothing where its result is the same', () => {
      const count = writable(1)
      const { seen } = record(derived(count, ($count) => $count > 0))
      count.set(2)
      count.set(-1)
      expect(seen).toEqual([true, false])
    })

    check('computes once for all listeners, and again when it has been left', () => {
      const count = writable(1)
      const map = vi.fn<(value: number) => number>((value) => value)
      const store = derived(count, (value) => map(value))
      const listeners = [record(store), record(store)]
      expect(map).toHaveBeenCalledTimes(1)
      for (const { leave } of listeners) leave()
      count.set(2)
      expect(map).toHaveBeenCalledTimes(1)
      expect(record(store).seen).toEqual([2])
    })

    check('a diamond is told once for each change, and never by halves', () => {
      const count = writable(1)
      const [one, ten] = [derived(count, (n) => n), derived(count, (n) => n * 10)]
      const { seen } = record(derived([one, ten], ([a, b]) => `${a}|${b}`))
      count.set(2)
      count.set(3)
      expect(seen).toEqual(['1|10', '2|20', '3|30'])
    })

    check('a diamond of which one side does not change', () => {
      const count = writable(1)
      const [same, other] = [derived(count, () => 'same'), derived(count, (n) => n)]
      const { seen } = record(derived([same, other, count], (values) => values.join('|')))
      count.set(2)
      expect(seen).toEqual(['same|1|1', 'same|2|2'])
    })

    check('a chain passes on that a change comes', () => {
      const count = writable(1)
      const told: string[] = []
      derived(
        derived(count, (n) => n + 1),
        (n) => n + 1,
      ).subscribe(
        (value) => told.push(`run ${value}`),
        () => told.push('invalidate'),
      )
      count.set(2)
      expect(told).toEqual(['run 3', 'invalidate', 'run 4'])
    })

    check('may set by itself, at any time', () => {
      const count = writable(1)
      const sets: ((value: string) => void)[] = []
      const store = derived(
        count,
        ($count, set: (value: string) => void) => {
          sets.push(set)
          if ($count > 1) set(`now ${$count}`)
        },
        'initial',
      )
      const { seen } = record(store)
      count.set(2)
      sets.at(-1)?.('later')
      expect(seen).toEqual(['initial', 'now 2', 'later'])
    })

    check('is undefined until it sets, where it has no initial value', () => {
      const store = derived(writable(1), (_value, _set: (value: number) => void) => {})
      expect(record(store).seen).toEqual([undefined])
    })

    check('may update its own value', () => {
      const count = writable(1)
      const sum = derived(count, (value, _set, update) => update((n: number) => n + value), 10)
      const { seen } = record(sum)
      count.set(2)
      expect(seen).toEqual([11, 13])
    })

    check('cleans up before it computes again, and at its end', () => {
      const count = writable(1)
      const told: string[] = []
      const store = derived(count, (value, set: (value: number) => void) => {
        told.push(`compute ${value}`)
        set(value)
        return () => told.push(`clean ${value}`)
      })
      const { leave } = record(store)
      count.set(2)
      leave()
      expect(told).toEqual(['compute 1', 'clean 1', 'compute 2', 'clean 2'])
    })

    check('what a plain computation gives is its value, also a function', () => {
      const map = (): number => 1
      expect(get(derived(writable(0), () => map))).toBe(map)
    })

    check('starts and stops what it listens to', () => {
      const stop = vi.fn<() => void>()
      const start = vi.fn<Start>(() => stop)
      const source = readable(0, start)
      const store = derived(
        derived(source, (n) => n),
        (n) => n,
      )
      expect(start).not.toHaveBeenCalled()
      const { leave } = record(store)
      leave()
      leave()
      expect([start.mock.calls.length, stop.mock.calls.length]).toEqual([1, 1])
    })

    check('takes observables as RxJS has them', () => {
      const source = observable(4)
      const store = derived([source, writable(1)] as [Readable<number>, Readable<number>], (all) =>
        all.join('+'),
      )
      const { seen, leave } = record(store)
      expect(seen).toEqual(['4+1'])
      leave()
      expect(source.left()).toBe(1)
    })

    check('refuses what is no store when it is made', () => {
      expect(() => derived(undefined as never, () => 1)).toThrow(/expects stores as input/)
      expect(() => derived([writable(1), null] as never, () => 1)).toThrow(/expects stores/)
    })

    check('has no way to set it', () => {
      expect(Object.keys(derived(writable(0), (n) => n))).toEqual(['subscribe'])
    })

    check('a listener that changes its source is heard', () => {
      const count = writable(1)
      const double = derived(count, (n) => n * 2)
      const seen: number[] = []
      double.subscribe((value) => {
        seen.push(value)
        if (value < 8) count.update((n) => n * 2)
      })
      expect(seen).toEqual([2, 4, 8])
    })
  })

  describe('get', () => {
    check('listens for a moment', () => {
      const stop = vi.fn<() => void>()
      expect(get(readable(1, () => stop))).toBe(1)
      expect(stop).toHaveBeenCalledTimes(1)
    })

    check('takes observables as RxJS has them, and nothing for nothing', () => {
      const source = observable('x')
      expect(get(source)).toBe('x')
      expect(source.left()).toBe(1)
      expect(get(undefined as never)).toBeUndefined()
    })
  })

  describe('readonly', () => {
    check('follows a store and cannot set it', () => {
      const count = writable(1)
      const view = readonly(count)
      const { seen } = record(view)
      count.set(2)
      expect(seen).toEqual([1, 2])
      expect(Object.keys(view)).toEqual(['subscribe'])
    })

    check('takes custom stores', () => {
      const count = writable(1)
      const view = readonly({ subscribe: count.subscribe })
      expect(get(derived(view, (n) => n + 1))).toBe(2)
    })
  })

  describe('toStore', () => {
    check('is a store of what a function gives', () => {
      const store = toStore(() => 'x')
      expect(get(store)).toBe('x')
      expect(Object.keys(store)).toEqual(['subscribe'])
    })

    check('sets and updates by the second function', () => {
      let value = 1
      const store = toStore(
        () => value,
        (next) => (value = next),
      )
      store.set(2)
      store.update((before) => before + 1)
      expect(value).toBe(3)
      expect(Object.keys(store).toSorted()).toEqual(['set', 'subscribe', 'update'])
    })
  })

  describe('fromStore', () => {
    check('has the value as current, and sets it', () => {
      const count = writable(1)
      const object = fromStore(count)
      count.set(2)
      expect(object.current).toBe(2)
      object.current += 1
      expect(get(count)).toBe(3)
    })

    check('of a readable cannot be set', () => {
      const object = fromStore(readable(1) as Writable<number>)
      expect(object.current).toBe(1)
      expect(() => (object.current = 2)).toThrow(TypeError)
    })
  })
}

type Start = (
  set: (value: number) => void,
  update: (updater: (before: number) => number) => void,
) => (() => void) | void
