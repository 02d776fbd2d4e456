import type { EventFields } from '../../src/format.ts'

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

/** What the lines of a stream may be made of: fields in every form, false ones and comments too, and each line end. */
const fields = ['data:', 'data: ', 'data', 'event: ', 'id:', 'id: ', 'retry: ', 'Data: ', ' data: ']
const begins = [...fields, 'data: ', 'data:', ':', ': ', '']
const values = ['', 'x', '7', 'é€😀', '\0', '\uFEFF', ' y', ':', 'data: ']
const ends = ['\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n', '']

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

/** An event as a client reads it: with LF for every line break, and no name for the one that needs none. */
export function asRead({ event, id, data }: EventFields): EventFields {
  return {
    event: event === 'message' || event === '' ? undefined : event,
    id,
    data: data.replaceAll(/\r\n|\r/g, '\n'),
  }
}

export interface Chance {
  /** A whole number below `bound`. */
  below(bound: number): number
  /** From one on, with any data, and with any name and id or without. */
  events(most: number): EventFields[]
  /** Whatever a server may send. */
  stream(most: number): string
  /** The same bytes or characters, cut at random. */
  cut<T extends { length: number; slice(start: number, end: number): T }>(whole: T): T[]
}

export function createChance(seed: number): Chance {
  const random = createRandom(seed)
  const below = (bound: number): number => Math.floor(random() * bound)
  const pick = (from: string[]): string => from[below(from.length)] ?? ''
  const text = (most: number): string =>
    Array.from({ length: below(most) }, () => pick(pieces)).join('')
  const line = (most: number): string => text(most).replaceAll(/[\r\n\0]/g, '')
  return {
    below,
    events: (most) =>
      Array.from({ length: 1 + below(most) }, () => ({
        event: below(2) ? line(6) : undefined,
        id: below(2) ? line(6) : undefined,
        data: text(12),
      })),
    stream: (most) =>
      Array.from({ length: below(most) }, () => pick(begins) + pick(values) + pick(ends)).join(''),
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
