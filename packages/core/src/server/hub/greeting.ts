import { version } from '../../protocol/frames.ts'
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import type { Hub } from './hub.ts'
import { userName } from './user-name.ts'
import type { User } from './user.ts'

/** The answer to a `hi`. */
export function welcome({ limits }: Hub, user: User | undefined): ServerFrame {
  const { heartbeat, maxMessage } = limits
  return { ok: { v: version, hb: heartbeat, max: maxMessage, u: userName(user) } }
}

/** Whether who greets means to be this user, as far as he says (rule 17). */
export function isMeant({ u }: NonNullable<ClientFrame['hi']>, user: User | undefined): boolean {
  return u === undefined || u === userName(user)
}
