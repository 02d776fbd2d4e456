import { KitrtError } from './error.ts'
import { check } from './schema.ts'
import type { AnySchema, Input, Output } from './schema.ts'

/** How much of a channel's log the engine keeps. Both bounds hold. */
export interface History {
  /** In events. @default 500 */
  size?: number | undefined
  /** In ms. @default 600_000 */
  ttl?: number | undefined
}

/**
 * What becomes of events.
 *
 * - `log`: each is kept and told, in one order, to everybody, also to who was away
 * - `latest`: of what has one `key` only the newest counts: pointers, prices, a progress. Who is slow, or
 *   was away, gets the newest of each
 * - `volatile`: told to who is there, at most once, and not kept: that somebody is typing
 */
export type Policy = 'log' | 'latest' | 'volatile'

/** What a channel's events make together. */
export interface Fold<State, Event> {
  /** The state before the first event. */
  init: () => State
  /**
   * The state after an event: a pure function, keyed and idempotent, since an event may be in the
   * state that it is applied to already (an upsert or a removal by id, not a push).
   */
  apply: (state: State, event: Event) => State
}

/** What can be called: what goes there, and what comes back. */
export type CallSchemas = Record<string, { input: AnySchema; output: AnySchema }>

/** The types of calls: as they are sent, accepted, given, and received. */
export type Calls = Record<
  string,
  { input: unknown; accepted: unknown; given: unknown; output: unknown }
>

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- an object without a name is what is meant
type NoCalls = Record<never, never>

type CallsOf<Schemas extends CallSchemas> = {
  [Name in keyof Schemas]: {
    input: Input<Schemas[Name]['input']>
    accepted: Output<Schemas[Name]['input']>
    given: Input<Schemas[Name]['output']>
    output: Output<Schemas[Name]['output']>
  }
}

export interface ChannelOptions<
  Params extends AnySchema | undefined,
  Event extends AnySchema,
  Publish extends AnySchema | undefined,
  State,
  Presence extends AnySchema | undefined = undefined,
  Schemas extends CallSchemas = NoCalls,
> {
  /** What tells one channel of this name from another. @default none: there is one channel */
  params?: Params
  /** What is published: JSON on the wire. A schema may decode it on arrival, such as a date. */
  event: Event
  /** What browsers may send to be published. @default none: only the server publishes */
  publish?: Publish
  /** @default 'log' */
  policy?: Policy | undefined
  /**
   * What an event of a `latest` channel is about, such as whose pointer it is. Asked for what browsers
   * send, too: of what waits in one there, the newest of each key is sent.
   */
  key?: ((event: Output<Event>) => string) | undefined
  /** @default the list of the events, as far as `history` goes; of a `latest` channel, the newest of each key */
  state?: Fold<State, Output<Event>> | undefined
  history?: History | undefined
  /** What members know of one another, as JSON. @default nobody sees who is there */
  presence?: Presence | undefined
  /** What browsers can call, and get an answer to. @default nothing */
  calls?: Schemas | undefined
}

/** Any channel. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing else takes every channel
export type AnyChannel = Channel<any, any, any, any, any, any, any>

/** A channel's declaration, which server and browser share. */
export interface Channel<
  Params,
  Event,
  EventInput,
  Draft,
  State,
  Member = never,
  Of extends Calls = NoCalls,
> {
  readonly name: string
  readonly policy: Policy
  /** What an event is about, if the policy is `latest`. */
  keyOf(event: unknown): string | undefined
  readonly history: Required<{ [Name in keyof History]: number }>
  readonly fold: Fold<State, Event>
  /** Whether browsers may publish at all. */
  readonly writable: boolean
  /** Types only. */
  readonly types?: {
    params: Params
    event: Event
    eventInput: EventInput
    draft: Draft
    state: State
    member: Member
    calls: Of
  }
  readonly hasPresence: boolean
  /** What is known of a member. @throws {KitrtError} `invalid-message` */
  member(value: unknown): Member
  /** Each throws a {@link KitrtError} `invalid-message`. */
  readonly calls: Readonly<
    Record<string, { input(value: unknown): unknown; output(value: unknown): unknown }>
  >
  /** @throws {KitrtError} `invalid-message` */
  params(value: unknown): Params
  /** @throws {KitrtError} `invalid-message` */
  event(value: unknown): Event
  /** @throws {KitrtError} `invalid-message` */
  draft(value: unknown): Draft
  /** Whether the state is the list of the events, as they are published. */
  readonly isList: boolean
  /**
   * The state that came as JSON.
   *
   * @throws {KitrtError} `invalid-message`
   */
  stateOf(json: unknown): State
}

type OfSchema<S, Of, Without> = S extends AnySchema ? Of : Without

/**
 * Declares a channel: what it is called, and what goes over it. Server and browser import it, so it
 * holds no server code.
 *
 * ```ts
 * export const room = channel('room', {
 *   params: v.object({ id: v.string() }),
 *   event: Message,
 *   publish: Draft,
 *   state: { init: (): Message[] => [], apply: (list, message) => upsert(list, message) },
 * })
 * ```
 *
 * @param name unique in the app
 * @throws {KitrtError} `bad-argument` for a name or a history that is none
 */
export function channel<
  Event extends AnySchema,
  Params extends AnySchema | undefined = undefined,
  Publish extends AnySchema | undefined = undefined,
  State = Output<Event>[],
  Presence extends AnySchema | undefined = undefined,
  Schemas extends CallSchemas = NoCalls,
>(
  name: string,
  options: ChannelOptions<Params, Event, Publish, State, Presence, Schemas>,
): Channel<
  OfSchema<Params, Output<Params>, void>,
  Output<Event>,
  Input<Event>,
  OfSchema<Publish, Input<Publish>, never>,
  State,
  OfSchema<Presence, Output<Presence>, never>,
  CallsOf<Schemas>
> {
  if (!/^[\w./-]{1,100}$/.test(name)) {
    throw new KitrtError(
      'bad-argument',
      `channel() expected a name of at most 100 letters, digits, and . _ / -, got '${name}'`,
    )
  }
  const history = { size: options.history?.size ?? 500, ttl: options.history?.ttl ?? 600_000 }
  for (const [bound, value] of Object.entries(history)) {
    if (!(value >= 1)) {
      throw new KitrtError('bad-argument', `history.${bound} expected 1 or more, got ${value}`)
    }
  }
  const { params, event, publish, state, policy = 'log', key, presence, calls = {} } = options
  if ((policy === 'latest') !== Boolean(key)) {
    throw new KitrtError('bad-argument', `'${name}': a latest channel has a key, others have none`)
  }
  const keyOf = key as ((event: unknown) => string) | undefined
  const list: Fold<unknown[], unknown> = {
    init: () => [],
    apply(events, one) {
      const about = keyOf?.(one)
      const index = keyOf ? events.findIndex((other) => keyOf(other) === about) : -1
      return index < 0 ? [...events, one].slice(-history.size) : events.with(index, one)
    },
  }
  return {
    name,
    policy,
    keyOf: (value) => keyOf?.(value),
    history,
    fold: (state ?? list) as never,
    writable: publish !== undefined,
    hasPresence: presence !== undefined,
    member: (value) =>
      (presence ? check(presence, value, `A member of '${name}'`) : undefined) as never,
    calls: Object.fromEntries(
      Object.entries(calls as CallSchemas).map(([call, { input, output }]) => [
        call,
        {
          input: (value) => check(input, value, `The input of '${call}'`),
          output: (value) => check(output, value, `The output of '${call}'`),
        },
      ]),
    ),
    params: (value) =>
      (params ? check(params, value, `The params of '${name}'`) : undefined) as never,
    event: (value) => check(event, value, `An event of '${name}'`) as never,
    isList: !state,
    stateOf: (json) =>
      (state
        ? json
        : (json as unknown[]).map((one) => check(event, one, `An event of '${name}'`))) as never,
    draft(value) {
      if (publish) return check(publish, value, `What is published to '${name}'`) as never
      throw new KitrtError('invalid-message', `'${name}' takes nothing from browsers.`)
    },
  }
}

/** One name for one channel: its declaration's, and its params whatever the order of their fields. */
export function channelKey(name: string, params: unknown): string {
  return params === undefined ? name : `${name}:${JSON.stringify(sorted(params))}`
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  )
}
