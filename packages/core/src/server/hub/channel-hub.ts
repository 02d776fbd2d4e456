import type { AnyChannel, Calls, Channel } from '../../channel.ts'
import type { OnError } from '../../on-error.ts'
import type { Engine } from '../engine.ts'
import type { Answers } from './answers.ts'
import type { Carrier } from './carrier.ts'
import type { Connection } from './connection.ts'
import type { HubLimits } from './limits.ts'
import type { OnMetric } from './metrics.ts'
import type { Rules } from './rules.ts'
import type { ServedHandle } from './served-handle.ts'
import type { User } from './user.ts'

type MaybePromise<T> = T | Promise<T>

/** What `locals.user && { id: locals.user }` gives when there is nobody. */
type Nobody = undefined | null | false | ''

export interface HubOptions<Event, Who extends User> {
  /** What keeps the logs. */
  engine: Engine
  /**
   * Who is on a connection, by the event of the request that opened it: called once for each. What it
   * throws, such as SvelteKit's `error(401)`, refuses the connection. @default nobody is known
   */
  user?: ((event: Event) => MaybePromise<Who | Nobody>) | undefined
  /** Told the faults of rules and of the engine. @default the console */
  onError?: OnError | undefined
  /** Told what is counted and measured; see the README's table. @default nobody */
  onMetric?: OnMetric | undefined
  /** How long a call of the engine may take, in ms. @default 5_000 */
  engineTimeout?: number | undefined
  /** How long a rule, or `user`, may take, in ms; then it counts as `unavailable`, and is asked again. @default 10_000 */
  ruleTimeout?: number | undefined
  /** How often it is checked that nothing was missed, in ms, give or take a third. @default 30_000 */
  checkEvery?: number | undefined
  /** How long the engine remembers the key of a publish, in ms. @default 600_000 */
  keyTtl?: number | undefined
  limits?: Partial<HubLimits> | undefined
}

/** Serves channels; see {@link createHub}. */
// oxlint-disable-next-line typescript/no-explicit-any -- whatever events the app's `user` takes
export interface ChannelHub<Event = any, Who extends User = User> {
  /**
   * Serves a channel by rules. What is not served cannot be reached.
   *
   * @returns a function that gives the server's own hold on one of the channels, by its params
   */
  serve<Params, Value, Input, Draft, State, Member, Of extends Calls>(
    channel: Channel<Params, Value, Input, Draft, State, Member, Of>,
    // What a rule gives must fit the channel, and says nothing of it.
    rules: Rules<
      NoInfer<Params>,
      NoInfer<Input>,
      NoInfer<Draft>,
      NoInfer<State>,
      Who,
      NoInfer<Member>
    >,
  ): (params: Params) => ServedHandle<Value, Input, State, Event, Draft, Member>
  /**
   * Answers the calls of a channel. The subscribe rule is asked first; what has no answer is denied.
   *
   * @throws {KitrtError} `bad-argument` for a channel that is not served
   */
  answer<Params, Value, Input, Draft, State, Member, Of extends Calls>(
    channel: Channel<Params, Value, Input, Draft, State, Member, Of>,
    answers: Answers<NoInfer<Params>, NoInfer<Of>, Who>,
  ): void
  /** Ends what somebody follows, on every process; only a new subscription, which the rule allows, begins again. */
  kick(whom: Whom): Promise<void>
  /** Asks the rules again, on every process. */
  recheck(whom?: Whom): Promise<void>
  /** How many connections and channels this process has open. */
  readonly size: { connections: number; channels: number }
  readonly limits: HubLimits
  /** For transports: who asks, then the hub's side of the connection. */
  connect(event: Event): Promise<(carrier: Carrier) => Connection>
  /** For transports: the answer to frames that were posted. @param signal of who waits for it */
  post(event: Event, body: string, signal?: AbortSignal): Promise<string>
  /** Tells every client to come back later, and stops. The engine stays open. Twice is once. */
  close(): void
}

/** Whose subscriptions are meant: all that fit both. */
export interface Whom {
  /** The id of a user. @default everybody's */
  user?: string | undefined
  /** A channel's name, or with `params` one of its channels. @default all */
  channel?: AnyChannel | undefined
  params?: unknown
}
