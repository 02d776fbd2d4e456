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

export interface ChannelOptions<
  Params extends AnySchema | undefined,
  Event extends AnySchema,
  Publish extends AnySchema | undefined,
  State,
> {
  /** What tells one channel of this name from another. @default none: there is one channel */
  params?: Params
  /** What is published: JSON on the wire. A schema may decode it on arrival, such as a date. */
  event: Event
  /** What browsers may send to be published. @default none: only the server publishes */
  publish?: Publish
  /** @default the list of the events, as far as `history` goes */
  state?: Fold<State, Output<Event>> | undefined
  history?: History | undefined
}

/** Any channel. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing else takes every channel
export type AnyChannel = Channel<any, any, any, any, any>

/** A channel's declaration, which server and browser share. */
export interface Channel<Params, Event, EventInput, Draft, State> {
  readonly name: string
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
  }
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
>(
  name: string,
  options: ChannelOptions<Params, Event, Publish, State>,
): Channel<
  OfSchema<Params, Output<Params>, void>,
  Output<Event>,
  Input<Event>,
  OfSchema<Publish, Input<Publish>, never>,
  State
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
  const { params, event, publish, state } = options
  const list: Fold<unknown[], unknown> = {
    init: () => [],
    apply: (events, one) => [...events, one].slice(-history.size),
  }
  return {
    name,
    history,
    fold: (state ?? list) as never,
    writable: publish !== undefined,
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
