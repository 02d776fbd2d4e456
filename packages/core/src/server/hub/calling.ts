import type { Fault } from '../../protocol/frames.ts'
import { inTime } from './deadline.ts'
import { faultOf } from './rules.ts'
import type { ServedChannel } from './served.ts'
import type { User } from './user.ts'

/** What a call came to. */
export type CallAnswer = { ret: { d?: unknown } } | { err: Fault }

export interface CallOptions {
  /** How long the handler may take, in ms. */
  timeout: number
  onFault: (error: unknown) => void
}

/** Asks the rule of the channel, then the handler. */
export async function answerCall(
  channel: ServedChannel,
  user: User | undefined,
  { m, d }: { m?: unknown; d?: unknown },
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
