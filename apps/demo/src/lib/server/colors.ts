import { colors } from '#lib/board.ts'
import type { Color } from '#lib/board.ts'

/** Who has which colour. */
const holders = new Map<Color, string>()

/** The colour of somebody, who gets a free one when it is the first time; with none left, there is none. */
export function colorOf(user: string): Color | undefined {
  const all = Object.keys(colors) as Color[]
  const color = all.find((one) => holders.get(one) === user) ?? all.find((one) => !holders.has(one))
  if (color) holders.set(color, user)
  return color
}

/**
 * Changes somebody's colour.
 *
 * @param isHere says of somebody whether a colour is theirs still
 * @returns who has it, if somebody else
 */
export function takeColor(
  color: Color,
  user: string,
  isHere: (user: string) => boolean,
): string | undefined {
  const holder = holders.get(color)
  if (holder !== undefined && holder !== user && isHere(holder)) return holder
  for (const [one, other] of holders) if (other === user) holders.delete(one)
  holders.set(color, user)
}
