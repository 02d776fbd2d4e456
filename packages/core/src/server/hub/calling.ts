import type { Fault } from '../../protocol/frames.ts'
import { inTime } from './deadline.ts'
import { faultOf } from './rules.ts'
import type { ServedChannel } from './served.ts'
import type { User } from './user.ts'

/** What a call came to. */
export type CallAnswer = { ret: { d?: unknown } } | { err: Fault }

interface Asked {
  /** The name of the call. */
  m?: unknown
  /** Its input. */
  d?: unknown
}

export interface CallOptions {
  /** How long the handler may take, in ms. */
  timeout: number
  onFault: (error: unknown) => void
}

/** Asks the rule of the channel, then the handler. */
export async function answerCall(
  channel: ServedChannel,
  user: User | undefined,
  { m, d }: Asked,
  signal: AbortSignal,
  { timeout, onFault }: CallOptions,
): Promise<CallAnswer> {
  const stop = new AbortController()
  const stopped = (): void => stop.abort()
  signal.addEventListener('abort', stopped)
  try {
    if (!(await channel.mayFollow(user))) return { err: { code: 'denied', retry: false } }
    const answering = channel.call(user, m, d, stop.signal)
    return { ret: { d: await inTime(timeout, `The answer to '${String(m)}'`, answering) } }
  } catch (error) {
    // Whose call it was has gone.
    if (signal.aborted) return { err: { code: 'failed', retry: false } }
    return { err: faultOf(error, onFault) }
  } finally {
    signal.removeEventListener('abort', stopped)
    // One that took too long has nobody to answer.
    stop.abort()
  }
}

/** The calls of one connection that are not answered, by the frame's id. */
export interface Calls {
  /** Answers `busy` at once when too many are under way, and `invalid` for an id that one of them has. */
  add(id: number, find: () => ServedChannel | undefined, asked: Asked): Promise<void>
  /** Nobody waits for it any more. */
  abort(id: number): void
  /** Aborts all. */
  stop(): void
}

export interface CallsOptions extends CallOptions {
  user: User | undefined
  /** How many may be under way. */
  max: number
  answer: (id: number, answered: CallAnswer) => void
}

export function createCalls({ user, max, answer, ...options }: CallsOptions): Calls {
  const underWay = new Map<number, AbortController>()
  return {
    async add(id, find, asked) {
      if (underWay.size >= max) return answer(id, { err: { code: 'busy', retry: false } })
      if (underWay.has(id)) {
        const message = 'a call with this id is under way'
        return answer(id, { err: { code: 'invalid', retry: false, message } })
      }
      const channel = find()
      if (!channel) return answer(id, { err: { code: 'unknown', retry: false } })
      const abort = new AbortController()
      underWay.set(id, abort)
      const answered = await answerCall(channel, user, asked, abort.signal, options)
      underWay.delete(id)
      if (!abort.signal.aborted) answer(id, answered)
    },
    abort: (id) => underWay.get(id)?.abort(),
    stop() {
      for (const abort of underWay.values()) abort.abort()
    },
  }
}
