/** mulberry32: chance that can be repeated, from 0 to 1. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What breaks parsers, and what does not. */
const pieces = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\u2028',
  '\u2029',
  '\u0085',
  '\uFEFF',
  ':',
  ' ',
  'data: x',
  'event: y',
  'id: 1',
  'retry: 1',
  '\n\n',
  'é',
  '€',
  '😀',
  'a',
  'bc',
  '\\',
  '<',
]

export interface Chance {
  /** A whole number below `bound`. */
  below(bound: number): number
  text(most: number): string
  /** Without what a name or an id cannot hold. */
  line(most: number): string
  /** The same bytes or characters, cut at random. */
  cut<T extends { length: number; slice(start: number, end: number): T }>(whole: T): T[]
}

export function createChance(seed: number): Chance {
  const random = createRandom(seed)
  const below = (bound: number): number => Math.floor(random() * bound)
  const text = (most: number): string =>
    Array.from({ length: below(most) }, () => pieces[below(pieces.length)]).join('')
  return {
    below,
    text,
    line: (most) => text(most).replaceAll(/[\r\n\0]/g, ''),
    cut(whole) {
      const parts: (typeof whole)[] = []
      for (let start = 0; start < whole.length;) {
        const end = start + 1 + below(8)
        parts.push(whole.slice(start, end))
        start = end
      }
      return parts
    },
  }
}
