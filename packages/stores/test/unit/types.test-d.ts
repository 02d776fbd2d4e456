import type { Handle } from '@sveltejs/kit/hooks'
import * as svelte from 'svelte/store'
import type { Readable, Writable } from 'svelte/store'
import { expectTypeOf } from 'vitest'
import * as browser from '../../src/browser.ts'
import type * as ours from '../../src/index.ts'
import { derived, isIsolated, readable, writable } from '../../src/index.ts'
import type { StoreOptions } from '../../src/index.ts'
import { handle } from '../../src/server/index.ts'

// Calls without options have the types of svelte/store's.
expectTypeOf(writable(0)).toEqualTypeOf(svelte.writable(0))
expectTypeOf(writable<string | null>(null)).toEqualTypeOf(svelte.writable<string | null>(null))
expectTypeOf(writable<number>()).toEqualTypeOf(svelte.writable<number>())
expectTypeOf(writable()).toEqualTypeOf(svelte.writable())
expectTypeOf(writable([1, 2])).toEqualTypeOf(svelte.writable([1, 2]))
expectTypeOf(writable(0, () => () => {})).toEqualTypeOf(svelte.writable(0, () => () => {}))
expectTypeOf(readable('x')).toEqualTypeOf(svelte.readable('x'))
expectTypeOf(readable<Date>()).toEqualTypeOf(svelte.readable<Date>())

expectTypeOf(writable(undefined)).toEqualTypeOf(svelte.writable(undefined))
expectTypeOf(writable(null)).toEqualTypeOf(svelte.writable(null))
expectTypeOf(writable({ a: [1] })).toEqualTypeOf(svelte.writable({ a: [1] }))
expectTypeOf(writable<() => void>()).toEqualTypeOf(svelte.writable<() => void>())
expectTypeOf(writable(0, undefined)).toEqualTypeOf(svelte.writable(0, undefined))
expectTypeOf(readable()).toEqualTypeOf(svelte.readable())
expectTypeOf(readable(0, (set) => set(1))).toEqualTypeOf(svelte.readable(0, (set) => set(1)))
export const inferred: Writable<string | undefined> = writable()
export const widened: Writable<'a' | 'b'> = writable('a')

// Ours stand where svelte/store's are asked for, on either side.
export const asSvelte: (typeof svelte)[] = [
  { ...svelte, writable, readable, derived },
  { ...svelte, ...browser },
]
expectTypeOf<keyof typeof svelte>().toExtend<keyof typeof ours>()
expectTypeOf<keyof typeof svelte>().toExtend<keyof typeof browser>()
expectTypeOf<typeof ours.derived>().toEqualTypeOf<typeof svelte.derived>()
expectTypeOf<typeof ours.fromStore>().toEqualTypeOf<typeof svelte.fromStore>()
expectTypeOf<typeof ours.get>().toEqualTypeOf<typeof svelte.get>()
expectTypeOf<typeof ours.readonly>().toEqualTypeOf<typeof svelte.readonly>()
expectTypeOf<typeof ours.toStore>().toEqualTypeOf<typeof svelte.toStore>()
expectTypeOf<typeof browser.derived>().toEqualTypeOf<typeof svelte.derived>()
expectTypeOf<typeof browser.fromStore>().toEqualTypeOf<typeof svelte.fromStore>()
expectTypeOf<typeof browser.get>().toEqualTypeOf<typeof svelte.get>()
expectTypeOf<typeof browser.readonly>().toEqualTypeOf<typeof svelte.readonly>()
expectTypeOf<typeof browser.toStore>().toEqualTypeOf<typeof svelte.toStore>()

// Its types come from here too.
expectTypeOf<ours.Readable<string>>().toEqualTypeOf<svelte.Readable<string>>()
expectTypeOf<ours.Writable<string>>().toEqualTypeOf<svelte.Writable<string>>()
expectTypeOf<ours.Updater<string>>().toEqualTypeOf<svelte.Updater<string>>()
expectTypeOf<ours.Subscriber<string>>().toEqualTypeOf<svelte.Subscriber<string>>()
expectTypeOf<ours.Unsubscriber>().toEqualTypeOf<svelte.Unsubscriber>()
expectTypeOf<ours.StartStopNotifier<string>>().toEqualTypeOf<svelte.StartStopNotifier<string>>()

// What svelte/store's refuse, ours refuse.
// @ts-expect-error -- text is no number
svelte.writable<number>('x')
// @ts-expect-error -- as above
writable<number>('x')
// @ts-expect-error -- text is no start
svelte.writable(0, 'start')
// @ts-expect-error -- as above
writable(0, 'start')
// @ts-expect-error -- a number is no way to stop
svelte.writable(0, () => 1)
// @ts-expect-error -- as above
writable(0, () => 1)
// @ts-expect-error -- a start sets what the store holds
svelte.readable(0, (set) => set('x'))
// @ts-expect-error -- as above
readable(0, (set) => set('x'))
// @ts-expect-error -- a number is no store
svelte.derived(1, () => 1)
// @ts-expect-error -- as above
derived(1, () => 1)

// Options come last, with or without a start.
expectTypeOf(writable(0, { key: 'count' })).toEqualTypeOf<Writable<number>>()
expectTypeOf(readable(0, { key: 'count' })).toEqualTypeOf<Readable<number>>()
expectTypeOf(
  writable(
    0,
    (set, update) => {
      expectTypeOf(set).toEqualTypeOf<(value: number) => void>()
      update((before) => before + 1)
    },
    { key: 'count' },
  ),
).toEqualTypeOf<Writable<number>>()

// Either side takes what the other one does.
expectTypeOf(browser.writable(0, { key: 'count' })).toEqualTypeOf<Writable<number>>()
expectTypeOf(browser.isIsolated).toEqualTypeOf(isIsolated)

const count = writable(1)
const name = writable('a')
expectTypeOf(derived(count, (value) => value * 2)).toEqualTypeOf<Readable<number>>()
expectTypeOf(derived([count, name], ([n, text]) => text.repeat(n))).toEqualTypeOf<
  Readable<string>
>()
expectTypeOf(
  derived(count, (value, set: (next: string) => void) => set(String(value)), 'initial'),
).toEqualTypeOf<Readable<string>>()
expectTypeOf(svelte.get(count)).toEqualTypeOf<number>()
expectTypeOf(isIsolated(count)).toEqualTypeOf<boolean>()

// @ts-expect-error -- a number it began with, a number it stays
count.set('text')
// @ts-expect-error -- as above
count.update(() => 'text')
// @ts-expect-error -- a readable cannot be set
readable(0).set(1)
// @ts-expect-error -- a key is text
writable(0, { key: 1 })
// @ts-expect-error -- no such option
writable(0, { name: 'count' })
// @ts-expect-error -- options are not a start
writable(0, { key: 'a' }, { key: 'b' })
// @ts-expect-error -- a derived store cannot be set
derived(count, (value) => value).set(1)

expectTypeOf<StoreOptions>().toEqualTypeOf<{ key?: string | undefined }>()

/** SvelteKit's own type of `handle`, which `sequence` and `hooks.server.ts` ask for. */
export const asHook: Handle = handle
