import type { Ending } from '../client/connection-status.ts'

/** The client means to be somebody else (rule 17). */
export const otherUser = 4203

/** Why a connection ends; see rule 7 of PROTOCOL.md. */
export const codes = {
  protocol: 4000,
  version: 4001,
  denied: 4003,
  tooLarge: 4009,
  timeout: 4100,
  goingAway: 4200,
  slow: 4201,
  overload: 4202,
  expired: 4204,
} as const

export type Code = (typeof codes)[keyof typeof codes] | typeof otherUser

/** What a code asks of a client. */
export function outcomeOfCode(code: number, after = 0): Ending {
  if (code < 4100) return { outcome: 'refused' }
  return { outcome: 'later', after }
}
