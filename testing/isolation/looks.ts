import type { Answer, Visit } from './visit.ts'

/** The names of visitors, as they may stand in texts; stores have them in capitals too. */
const names = /canary-[\da-z]+-\d+-/gi

const look = /\[\[([a-z][\w ,-]*)=([^\]]*)\]\]/gi

/** Where no request has come through our handle yet: stores belong to none. */
const outside = new Set(['reroute', 'hook before ours'])

/** Where runtimes or SvelteKit may have lost the request: its own stores, or none. */
const perhaps = new Set([
  'reroute of a sub-request',
  'hook before ours of a sub-request',
  'hook before ours, at its end',
  'pull of a stream',
])

const namesIn = (text: string): Set<string> =>
  new Set(text.match(names)?.map((name) => name.toLowerCase()))

function isRight(place: string, seen: string, own: string): boolean {
  if (outside.has(place)) return seen === 'no-scope'
  return seen === own || (perhaps.has(place) && seen === 'no-scope')
}

/** What each place has shown, by place. */
function looksIn(text: string): Map<string, string[]> {
  const looks = new Map<string, string[]>()
  for (const [, place = '', seen = ''] of text.matchAll(look)) {
    looks.set(place, [...(looks.get(place) ?? []), seen])
  }
  return looks
}

/** Everything that is wrong with an answer; nothing, where visitors are apart from each other. */
export function faultsOf(own: string, visit: Visit, { status, text }: Answer): string[] {
  const faults: string[] = []
  if (![visit.status].flat().includes(status)) faults.push(`status ${status}`)
  const others = namesIn(text)
  others.delete(own)
  if (others.size > 0) faults.push(`names others: ${[...others].join(', ')}`)
  // Neither the value nor the first value of a store without a key.
  if (/secret/.test(text)) faults.push(`tells ${/.{0,20}secret.{0,40}/.exec(text)?.[0]}`)
  const looks = looksIn(text)
  for (const [place, all] of looks) {
    const wrong = all.filter((one) => !isRight(place, one, own))
    if (wrong.length > 0) faults.push(`${place} has seen ${[...new Set(wrong)].join(', ')}`)
  }
  for (const place of visit.places) if (!looks.has(place)) faults.push(`nothing of ${place}`)
  for (const part of visit.texts ?? []) if (!text.includes(part)) faults.push(`no ${part}`)
  return faults
}

export interface Log {
  faults: string[]
  /** How often each place has spoken. */
  places: Map<string, number>
}

/**
 * Reads what a server has printed. Each look tells of one visitor; no other line, such as those that
 * SvelteKit 3 prints for requests in dev, names two.
 */
export function readLog(output: string): Log {
  const faults: string[] = []
  const places = new Map<string, number>()
  for (const line of output.split('\n')) {
    const [, own, place = '', seen = ''] = /^(\S+) \[\[([^=]+)=([^\]]*)\]\]$/.exec(line) ?? []
    if (own === undefined) {
      if (namesIn(line).size > 1) faults.push(line)
      continue
    }
    places.set(place, (places.get(place) ?? 0) + 1)
    if (!isRight(place, seen, own)) faults.push(line)
  }
  return { faults, places }
}
