import type { Handle } from '@sveltejs/kit/hooks'
import * as svelte from 'svelte/store'
import type { Readable, Writable } from 'svelte/store'
import { expectTypeOf } from 'vitest'
import * as browser from '../../src/browser.ts'
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
expectTypeOf(derived).toEqualTypeOf(svelte.derived)

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
expectTypeOf(browser.derived).toEqualTypeOf(derived)
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
