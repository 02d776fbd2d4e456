import { redirect } from '@sveltejs/kit'
import type { ServerLoadEvent } from '@sveltejs/kit'
import { get } from 'svelte/store'
import { lookAndLog } from '../../lib/look-and-log.ts'
import { ownOf } from '../../lib/own-of.ts'
import { pause } from '../../lib/pause.ts'
import { canary } from '../../lib/stores.ts'

export const load = async (event: ServerLoadEvent): Promise<never> => {
  const own = ownOf(event)
  await pause('redirect', own)
  lookAndLog('redirect', own)
  event.cookies.set('left', get(canary), { path: '/' })
  redirect(307, `/endpoint?of=${get(canary)}`)
}
