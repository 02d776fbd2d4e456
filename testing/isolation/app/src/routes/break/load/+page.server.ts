import type { ServerLoadEvent } from '@sveltejs/kit'
import { lookAndLog } from '../../../lib/look-and-log.ts'
import { ownOf } from '../../../lib/own-of.ts'
import { pause } from '../../../lib/pause.ts'

export const load = async (event: ServerLoadEvent): Promise<never> => {
  const own = ownOf(event)
  lookAndLog('breaking load', own)
  await pause('breaking load', own)
  throw new Error('thrown in a server load')
}
