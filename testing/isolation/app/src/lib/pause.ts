/** FNV-1a. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93)
  }
  return value >>> 0
}

/**
 * Waits for others to come in between: a microtask, or up to 7 ms. Chance comes from the names, so
 * that a run can be repeated from its seed.
 */
export async function pause(place: string, own: string): Promise<void> {
  const chance = hash(place + own) % 8
  if (chance === 0) await Promise.resolve()
  else await new Promise((resolve) => setTimeout(resolve, chance))
}
