import type { KitrtError } from '@kitrt/core'
import type { RequestEvent } from '@sveltejs/kit'
import type { Writable } from 'svelte/store'
import { expectTypeOf } from 'vitest'
import { source } from '../../src/client/index.ts'
import type { ConnectionStatus, Selection, Source, TextSelection } from '../../src/client/index.ts'
import { produce } from '../../src/index.ts'

/** What SvelteKit generates for a route `/clock/[zone]`. */
type ClockEvent = RequestEvent<{ zone: string }, '/clock/[zone]'>
type Handler = (event: ClockEvent) => Response | Promise<Response>

// In a module it is the route's handler, inside of one its response.
export const GET: Handler = produce<ClockEvent>(({ event }) => {
  expectTypeOf(event).toEqualTypeOf<ClockEvent>()
  expectTypeOf(event.params.zone).toEqualTypeOf<string>()
})
export const inside: Handler = ({ locals }) => produce(({ emit }) => void emit('message', locals))

produce(({ emit, lock, lastEventId, signal, event }) => {
  expectTypeOf(emit('tick', { any: 'value' }, { id: '1' })).toEqualTypeOf<{
    error: KitrtError | undefined
  }>()
  expectTypeOf(lock).toEqualTypeOf<Writable<boolean>>()
  expectTypeOf(lastEventId).toEqualTypeOf<string | undefined>()
  expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
  expectTypeOf(event).toEqualTypeOf<RequestEvent>()
  return async () => {}
})
export const asyncRoute = produce(async () => {}, {
  ping: 1,
  retry: undefined,
  headers: [['a', 'b']],
  stop: () => {},
})

// @ts-expect-error -- an event has a name
produce(({ emit }) => emit({ data: 1 }))
// @ts-expect-error -- an id is text
produce(({ emit }) => emit('tick', 1, { id: 1 }))
// @ts-expect-error -- a lock is open or not
produce(({ lock }) => lock.set('closed'))
// @ts-expect-error -- no such option
produce(() => {}, { heartbeat: 1 })

// In the browser
const clock = source('/clock/utc')
expectTypeOf(clock).toEqualTypeOf<Source>()
expectTypeOf(clock.status).toEqualTypeOf<ConnectionStatus>()
expectTypeOf(clock.select()).toEqualTypeOf<TextSelection>()
expectTypeOf(clock.select('tick').current).toEqualTypeOf<string>()

const time = clock.select('tick').json<{ ms: number }>()
expectTypeOf(time).toEqualTypeOf<Selection<{ ms: number } | undefined>>()
expectTypeOf(time.current).toEqualTypeOf<{ ms: number } | undefined>()
expectTypeOf(clock.select().json().current).toEqualTypeOf<unknown>()
clock.select().json<number>(({ raw, error, previous }) => {
  expectTypeOf(raw).toEqualTypeOf<string>()
  expectTypeOf(error).toEqualTypeOf<unknown>()
  expectTypeOf(previous).toEqualTypeOf<number | undefined>()
  return previous
})
expectTypeOf(time.transform((value) => value?.ms ?? 0)).toEqualTypeOf<Selection<number>>()
time.subscribe((value) => {
  expectTypeOf(value).toEqualTypeOf<{ ms: number } | undefined>()
})
source(new URL('https://example.com'), {
  options: { method: 'POST', headers: () => ({ a: 'b' }), body: '{}' },
  open: () => {},
  close({ status, connect }) {
    expectTypeOf(status).toEqualTypeOf<ConnectionStatus>()
    expectTypeOf(connect).toEqualTypeOf<() => void>()
  },
  error({ response, error }) {
    expectTypeOf(response).toEqualTypeOf<Response | undefined>()
    expectTypeOf(error).toBeUnknown()
  },
  cache: false,
  cap: 1,
})

// @ts-expect-error -- before the first event there is none
export const certain: { ms: number } = time.current
// @ts-expect-error -- a fallback gives what the data would have been, or undefined
clock.select().json<number>(() => 'text')
// @ts-expect-error -- only text can be parsed, and only once
time.json()
// @ts-expect-error -- such a request has no answer to read
source('/clock', { options: { method: 'HEAD' } })
// @ts-expect-error -- the value is told, not set
clock.select().current = 'x'
