import type { ServerLoadEvent } from '@sveltejs/kit'
import { lookAndLog } from '../lib/look-and-log.ts'
import { ownOf } from '../lib/own-of.ts'
import { pause } from '../lib/pause.ts'

export const load = async (event: ServerLoadEvent) => {
  const own = ownOf(event)
  const early = lookAndLog('layout server load', own)
  await pause('layout server load', own)
  return { own, inLayout: [early, lookAndLog('layout server load', own)] }
}
