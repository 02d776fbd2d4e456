import type { Calls } from '../../channel.ts'
import type { Question } from './rules.ts'

/** What a call is answered with: what the handler returns. It is the rule, too: SvelteKit's `error(403)` refuses. */
export type Answers<Params, Of extends Calls, User> = {
  [Name in keyof Of]?: (
    question: Question<Params, User> & {
      input: Of[Name]['accepted']
      /** Aborts when nobody waits for the answer any more. */
      signal: AbortSignal
    },
  ) => Of[Name]['given'] | Promise<Of[Name]['given']>
}

/** Any answers. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing else takes all of them
export type AnyAnswers = Record<string, ((question: any) => unknown) | undefined>
