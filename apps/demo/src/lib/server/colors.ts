import type { Member } from '@kitrt/core/client'
import { colors } from '#lib/board.ts'
import type { Color } from '#lib/board.ts'

/** Who is on the board, with whichever process. */
export type Here = readonly Member<{ color?: Color | undefined }>[]

/** Who has chosen which colour, on this process. */
const chosen = new Map<Color, string>()

const holderOf = (color: Color, here: Here): string | undefined =>
  here.find(({ meta }) => meta.color === color)?.key

/**
 * The colour of somebody: the one that was chosen, else the one that others see, else a free one; with
 * none left, there is none.
 */
export function colorOf(user: string, here: Here): Color | undefined {
  const all = Object.keys(colors) as Color[]
  const isFree = (one: Color): boolean => (holderOf(one, here) ?? user) === user
  return (
    all.find((one) => chosen.get(one) === user && isFree(one)) ??
    all.find((one) => holderOf(one, here) === user) ??
    all.find(isFree)
  )
}

/**
 * Changes somebody's colour.
 *
 * @returns who has it, if somebody else who is here
 */
export function takeColor(color: Color, user: string, here: Here): string | undefined {
  const holder = holderOf(color, here) ?? user
  if (holder !== user) return holder
  for (const [one, other] of chosen) if (other === user) chosen.delete(one)
  chosen.set(color, user)
}
