import type { ServerLoadEvent } from '@sveltejs/kit'
import { lookAndLog } from '../../../lib/look-and-log.ts'
import { ownOf } from '../../../lib/own-of.ts'
import { pause } from '../../../lib/pause.ts'

export const prerender = true

/** They are rendered eight at a time; see vite.config.ts. */
export const entries = (): { name: string }[] =>
  Array.from({ length: 40 }, (_, index) => ({ name: `canary-prerendered-${index}-` }))

export const load = async (event: ServerLoadEvent) => {
  const own = ownOf(event)
  const early = lookAndLog('prerendered load', own)
  await pause('prerendered load', own)
  return { seen: [early, lookAndLog('prerendered load', own)] }
}
