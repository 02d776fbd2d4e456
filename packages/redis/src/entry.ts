import type { Entry } from '@kitrt/core/server'

/** Reads what the append script has written: `position previous at until`, what it is the newest of, the data. */
export function readEntry(text: string): Entry {
  const first = text.indexOf('\n')
  const second = text.indexOf('\n', first + 1)
  const [position = '', previous = '', at] = text.slice(0, first).split(' ')
  const latest = text.slice(first + 1, second)
  return {
    position,
    previous,
    data: text.slice(second + 1),
    at: Number(at),
    latest: latest === '' ? undefined : (JSON.parse(latest) as string),
  }
}
