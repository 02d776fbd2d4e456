import { KitrtError } from '../../error.ts'
import type { Fault } from '../../protocol/frames.ts'

/** What a rule is asked with. */
export interface Question<Params, User> {
  /** `undefined` for a visitor whom the app does not know. */
  user: User | undefined
  params: Params
}

type MaybePromise<T> = T | Promise<T>

/** What is allowed on a channel. What is not given is denied. */
export interface Rules<Params, EventInput, Draft, State, User> {
  /** Whether this user may follow the channel. */
  subscribe: (question: Question<Params, User>) => MaybePromise<boolean>
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
  snapshot?: ((question: { params: Params }) => MaybePromise<State>) | undefined
}

/** Any rules. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing else takes all of them
export type AnyRules = Rules<any, any, any, any, any>

/** SvelteKit's `error(403)`, or any fault that says to be the asker's. */
const isRefusal = (error: unknown): boolean => {
  if (error instanceof KitrtError) return error.code === 'denied'
  const status = (error as { status?: unknown } | undefined)?.status
  return typeof status === 'number' && status >= 400 && status < 500
}

/**
 * What the client is told of something that a rule or the engine threw. Faults of the app are
 * reported, and their words stay here.
 */
export function faultOf(error: unknown, onFault: (error: unknown) => void): Fault {
  if (isRefusal(error)) return { code: 'denied', retry: false }
  if (error instanceof KitrtError && error.code === 'invalid-message') {
    return { code: 'invalid', retry: false, message: error.message }
  }
  onFault(error)
  if (error instanceof KitrtError && error.code === 'unavailable') {
    return { code: 'unavailable', retry: true }
  }
  return { code: 'failed', retry: false }
}
