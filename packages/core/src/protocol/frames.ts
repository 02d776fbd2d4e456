import type { Position } from './position.ts'

/** The version of the protocol. */
export const version = 1

/** Whether a value is a key of a publish: 1 to 100 characters (rule 5). */
export const isKey = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 100

/** Why a `sub` or a `pub` failed; see {@link KitrtErrorCode} for what an app sees. */
export type FaultCode =
  | 'denied'
  | 'invalid'
  | 'unknown'
  | 'busy'
  | 'unavailable'
  | 'failed'
  /** Said by the tab that speaks for others (rule 17). */
  | 'unknown-outcome'

export interface Fault {
  code: FaultCode
  /** Whether the same may succeed later. */
  retry: boolean
  /** Not before so long, in ms. */
  after?: number | undefined
  /** What was wrong, for people. */
  message?: string | undefined
  /** The HTTP status that the app refused with. */
  status?: number | undefined
}

/** Somebody who is there. */
export interface MemberFrame {
  key: string
  meta: unknown
}

export type ResetReason = 'epoch' | 'evicted' | 'fork'
export type OffReason = 'denied' | 'kicked' | 'expired'

/** A frame from a client, as it claims to be. */
export interface ClientFrame {
  hi?: { v?: unknown; u?: unknown }
  id?: unknown
  sub?: { ch?: unknown; p?: unknown; at?: unknown; m?: unknown }
  pub?: { c?: unknown; ch?: unknown; p?: unknown; d?: unknown; k?: unknown }
  un?: unknown
  call?: { c?: unknown; ch?: unknown; p?: unknown; m?: unknown; d?: unknown }
  /** The id of a call that nobody waits for any more. */
  no?: unknown
}

/** A frame from the server. */
export interface ServerFrame {
  ok?: {
    v: number
    /** The heartbeat, in ms. */
    hb: number
    /** The largest message that is taken, in characters. */
    max: number
    /** Names the user, the same for as long as it is the same; nobody has a name too. */
    u?: string
  }
  id?: number
  on?: { c: number; at: Position; s?: unknown }
  /** `n` is empty for what is not kept. */
  ack?: { n: Position; dup?: boolean }
  /** What a call gives. */
  ret?: { d?: unknown }
  err?: Fault
  c?: number
  /** The event's position. */
  n?: Position
  /** The id of the event before it. */
  p?: string
  d?: unknown
  k?: string
  up?: Position
  /** Who is there: all of them, or who came and who left; `n` is how many there are. */
  m?: { n: number; all?: MemberFrame[]; in?: MemberFrame[]; out?: string[] }
  stale?: boolean
  reset?: ResetReason
  off?: OffReason
  after?: number
  bye?: { code: number; after?: number }
}

/**
 * The frames of a message.
 *
 * @throws a SyntaxError for what is none
 */
export function parseFrames(message: string): object[] {
  return message.split('\n').map((line) => {
    const frame: unknown = JSON.parse(line)
    if (typeof frame === 'object' && frame !== null && !Array.isArray(frame)) return frame
    throw new SyntaxError('no object')
  })
}
