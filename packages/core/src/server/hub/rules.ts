import { KitrtError } from '../../error.ts'
import type { Fault } from '../../protocol/frames.ts'

/** What a rule is asked with. */
export interface Question<Params, User> {
  /** `undefined` for a visitor whom the app does not know. */
  user: User | undefined
  params: Params
}

type MaybePromise<T> = T | Promise<T>

/** What a subscribe rule may answer in place of `true`. */
export interface Allowance {
  /** Nothing older is told, whatever position the client names: a date, or ms since 1970. @default all is */
  after?: Date | number | undefined
  /** When the rule is asked anew; until it says yes nothing more is told: a date, or ms since 1970. @default every minute */
  expires?: Date | number | undefined
}

/** What is allowed on a channel. What is not given is denied. */
export interface Rules<
  Params,
  EventInput,
  Draft,
  State,
  User,
  Member = unknown,
  MemberInput = Member,
> {
  /** Whether this user may follow the channel. */
  subscribe: (question: Question<Params, User>) => MaybePromise<boolean | Allowance>
  /**
   * Gives the event that is published for what a browser sent, or `false` (or nothing) to deny it.
   *
   * `key` is the same when the browser has to send it again: an app that stores by it, stores once.
   *
   * @default nobody may publish
   */
  publish?:
    | ((
        question: Question<Params, User> & { event: Draft; key: string },
      ) => MaybePromise<EventInput | false | null | undefined>)
    | undefined
  /**
   * Loads the channel's state, as JSON data. What it has must be committed before it is published.
   *
   * @default the fold of the events that the engine still has
   */
  snapshot?:
    | ((question: {
        params: Params
        /** As the subscribe rule said: nothing older is for whom it is loaded. In ms since 1970. */
        after: number | undefined
      }) => MaybePromise<State>)
    | undefined
  /**
   * What the others see of a user who follows the channel, or `false` (or nothing) for one who is not seen.
   *
   * @param question has as `meta` what the browser says of itself, if it does
   * @default nobody is seen
   */
  presence?:
    | ((
        question: Question<Params, User> & { meta: Member | undefined },
      ) => MaybePromise<MemberInput | false | null | undefined>)
    | undefined
}

/** Any rules. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing else takes all of them
export type AnyRules = Rules<any, any, any, any, any, any, any>

/** SvelteKit's `error(403)`, or any fault that says to be the asker's; its words are for the asker. */
function refusalOf(error: unknown): Fault | undefined {
  if (error instanceof KitrtError) {
    return error.code === 'denied' ? { code: 'denied', retry: false } : undefined
  }
  const { status, body } = (error ?? {}) as { status?: unknown; body?: { message?: unknown } }
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined
  const message = typeof body?.message === 'string' ? body.message : undefined
  return { code: 'denied', retry: false, status, message }
}

/**
 * What the client is told of something that a rule or the engine threw. Faults of the app are
 * reported, and their words stay here.
 */
export function faultOf(error: unknown, onFault: (error: unknown) => void): Fault {
  const refusal = refusalOf(error)
  if (refusal) return refusal
  if (error instanceof KitrtError && error.code === 'invalid-message') {
    return { code: 'invalid', retry: false, message: error.message }
  }
  onFault(error)
  if (error instanceof KitrtError && error.code === 'unavailable') {
    return { code: 'unavailable', retry: true }
  }
  return { code: 'failed', retry: false }
}
