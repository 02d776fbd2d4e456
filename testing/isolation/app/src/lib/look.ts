import { get } from 'svelte/store'
import {
  canary,
  hidden,
  secret,
  shout,
  started,
  trail,
  tray,
  visit,
  walkers,
  whisper,
} from './stores.ts'

/** Gives every store of the request its name: what the first hook of the app does. */
export function enter(own: string): void {
  canary.set(own)
  secret.set(`secret of ${own}`)
  hidden.add(`secret of ${own}`)
  visit.add(own)
  tray.put(own)
}

/** Every name that the stores hold; exactly one, where requests are apart from each other. */
export function names(own: string): string[] {
  const secrets = [get(secret), get(whisper).replace('whispered ', ''), ...hidden.names].map(
    // What is the request's own secret stays one.
    (text) => (text === `secret of ${own}` ? own : text),
  )
  const seen = new Set([
    get(canary),
    get(shout).toLowerCase(),
    ...get(walkers),
    ...visit.names,
    ...get(tray),
    ...secrets,
  ])
  if (get(started) !== 'started') seen.add(get(started))
  return [...seen]
}

/**
 * Reads and writes every store, for the answer to show: `[[place=names]]`.
 *
 * @param own the name that the request itself carries
 */
export function look(place: string, own: string): string {
  trail.update((lines) => (lines.push(`${own}@${place}`), lines))
  visit.add(own)
  return `[[${place}=${names(own).join('+')}]]`
}
