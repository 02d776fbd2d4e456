// @vitest-environment node
import { spring, tweened } from 'svelte/motion'
import * as svelte from 'svelte/store'
import type { Writable } from 'svelte/store'
import { describe, expect, test, vi } from 'vitest'
import { createMakerWatch } from '../../../src/dev/shared-stores.ts'
import type { Warn, Warnings } from '../../../src/dev/warnings.ts'
import { createScope, scopes } from '../../../src/scope.ts'

const inRequest = <T>(run: () => T): T => scopes.current.run(createScope(), run)

function watched(): { warn: ReturnType<typeof vi.fn<Warn>>; writable: typeof svelte.writable } {
  const warn = vi.fn<Warn>()
  return { warn, writable: createMakerWatch(warn)(svelte.writable) }
}

/** svelte/store's own, and the one that stands in for it: each test holds for both. */
describe.each([
  ['svelte/store’s', svelte.writable],
  ['watched, outside of requests', watched().writable],
  ['watched, in a request', watched().writable, inRequest],
])('a writable of %s', (_, writable, within: typeof inRequest = (run) => run()) => {
  const here = (title: string, run: () => void): void => test(title, () => within(run))

  here('is a plain object with three functions', () => {
    const store = writable(0)
    expect(Object.keys(store)).toEqual(['set', 'update', 'subscribe'])
    expect(Object.getPrototypeOf(store)).toBe(Object.prototype)
    const { set, update, subscribe } = store
    expect([set, update, subscribe].map(({ name, length }) => [name, length])).toEqual([
      ['set', 1],
      ['update', 1],
      ['subscribe', 1],
    ])
    expect([writable.name, writable.length]).toEqual(['writable', 1])
    const spread = { ...store, set: undefined }
    spread.update((value) => value + 1)
    expect(svelte.get(spread)).toBe(1)
  })

  here('tells its subscribers of each change, once, in order', () => {
    const store = writable<unknown>(1)
    const seen: unknown[] = []
    const stop = store.subscribe((value) => seen.push(value))
    store.set(1)
    store.set(2)
    store.update((value) => [value])
    store.update((value) => value)
    stop()
    store.set(3)
    expect(seen).toEqual([1, 2, [2], [2]])
    expect(svelte.get(store)).toBe(3)
  })

  here('starts with its first subscriber, and stops with its last', () => {
    const told: string[] = []
    const store = writable(0, (set, update) => {
      told.push('start')
      set(1)
      update((value) => value + 1)
      return () => told.push('stop')
    })
    const stops = [store.subscribe(() => {}), store.subscribe(() => {})]
    expect(svelte.get(store)).toBe(2)
    for (const stop of stops) stop()
    expect(told).toEqual(['start', 'stop'])
  })

  here('feeds derived stores, and what fromStore makes', () => {
    const store = writable(1)
    const double = svelte.derived(store, (value) => value * 2)
    const rune = svelte.fromStore(store)
    rune.current = 4
    expect([svelte.get(double), svelte.get(svelte.readonly(store)), rune.current]).toEqual([
      8, 4, 4,
    ])
  })

  here('returns nothing, and throws what an updater or a subscriber throws', () => {
    const store = writable<number>()
    const results = [store.set(1) as unknown, store.update(() => 2) as unknown]
    expect(results).toEqual([undefined, undefined])
    const fail = (): never => {
      throw new RangeError('of its own')
    }
    expect(() => store.update(fail)).toThrow(RangeError)
    expect(svelte.get(store)).toBe(2)
    expect(() => store.subscribe(fail)).toThrow(RangeError)
  })
})

describe('a write', () => {
  test('of a request is told, with the places', () => {
    const { warn, writable } = watched()
    const store = writable(0)
    inRequest(() => store.set(1))
    expect(warn).toHaveBeenCalledTimes(1)
    const [name, facts] = warn.mock.calls[0] ?? expect.fail()
    expect(name).toBe('shared-store')
    const { maker, madeAt, writtenAt } = facts as Warnings['shared-store']
    expect(maker).toBe('writable')
    expect(madeAt).toContain('shared-stores.test.ts')
    expect(writtenAt).toContain('shared-stores.test.ts')
    expect(madeAt).not.toBe(writtenAt)
  })

  test('of a request that came after it is no matter', () => {
    const { warn, writable } = watched()
    const store = writable(0)
    scopes.current.run({ ...createScope(), life: { ended: true } }, () => store.set(1))
    store.set(2)
    expect(warn).not.toHaveBeenCalled()
  })

  test('to a store of the request is no matter, nor a read of a shared one', () => {
    const { warn, writable } = watched()
    const shared = writable(0)
    inRequest(() => {
      writable(0).set(1)
      svelte.get(shared)
    })
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('other makers', () => {
  const warn = vi.fn<Warn>()
  const watch = createMakerWatch(warn)

  test('toStore with a setter is watched; without one there is nothing to write', () => {
    let held = 0
    const store: Writable<number> = watch(svelte.toStore)(
      () => held,
      (value) => (held = value),
    )
    inRequest(() => store.update((value) => value + 1))
    expect(held).toBe(1)
    expect(warn).toHaveBeenCalledTimes(1)
    expect(Object.keys(watch(svelte.toStore)(() => held))).toEqual(['subscribe'])
  })

  test('tweened and spring are watched, with their options', async () => {
    warn.mockClear()
    const [tween, bounce] = [watch(tweened)(0), watch(spring)(0, { stiffness: 0.5 })]
    await inRequest(() =>
      Promise.all([tween.set(1, { duration: 0 }), bounce.update(() => 1, { hard: true })]),
    )
    expect([svelte.get(tween), svelte.get(bounce), bounce.stiffness]).toEqual([1, 1, 0.5])
    expect(warn.mock.calls.map(([, facts]) => facts)).toEqual([
      expect.objectContaining({ maker: 'tweened' }),
      expect.objectContaining({ maker: 'spring' }),
    ])
  })
})
