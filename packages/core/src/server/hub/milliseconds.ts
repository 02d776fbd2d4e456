import { KitrtError } from '../../error.ts'

/**
 * A moment in ms since 1970. A string (of a database, say) is none: what it means depends on who reads it.
 *
 * @throws {KitrtError} `bad-argument` for what is no moment: taken for none, it would allow too much
 */
export function millisecondsOf(moment: Date | number | undefined): number | undefined {
  if (moment === undefined) return undefined
  const ms = moment instanceof Date ? moment.getTime() : moment
  if (typeof ms === 'number' && !Number.isNaN(ms)) return ms
  throw new KitrtError('bad-argument', `expected a Date or ms since 1970, got ${String(moment)}`)
}
