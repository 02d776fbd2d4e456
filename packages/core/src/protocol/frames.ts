import type { Position } from './position.ts'

/** The version of the protocol. */
export const version = 1

/** Why a `sub` or a `pub` failed; see {@link KitrtErrorCode} for what an app sees. */
export type FaultCode = 'denied' | 'invalid' | 'unknown' | 'busy' | 'unavailable' | 'failed'

export interface Fault {
  code: FaultCode
  /** Whether the same may succeed later. */
  retry: boolean
  /** Not before so long, in ms. */
  after?: number | undefined
  /** What was wrong, for people. */
  message?: string | undefined
}

export type ResetReason = 'epoch' | 'evicted' | 'fork'
export type OffReason = 'denied' | 'kicked'

/** A frame from a client, as it claims to be. */
export interface ClientFrame {
  hi?: { v?: unknown }
  id?: unknown
  sub?: { ch?: unknown; p?: unknown; at?: unknown }
  pub?: { c?: unknown; ch?: unknown; p?: unknown; d?: unknown; k?: unknown }
  un?: unknown
}

/** A frame from the server. */
export interface ServerFrame {
  ok?: { v: number; hb: number; max: number }
  id?: number
  on?: { c: number; at: Position; s?: unknown }
  ack?: { n: Position; dup?: boolean }
  err?: Fault
  c?: number
  /** The event's position. */
  n?: Position
  /** The id of the event before it. */
  p?: string
  d?: unknown
  k?: string
  up?: Position
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
