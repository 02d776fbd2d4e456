import type { RequestEvent } from '@sveltejs/kit'
import { get } from 'svelte/store'
import { lookAndLog } from '../../../../lib/look-and-log.ts'
import { ownOf } from '../../../../lib/own-of.ts'
import { pause } from '../../../../lib/pause.ts'
import { canary } from '../../../../lib/stores.ts'

export const prerender = true

export const GET = async (event: RequestEvent): Promise<Response> => {
  const own = ownOf(event)
  await pause('prerendered endpoint', own)
  return Response.json({ canary: get(canary), seen: lookAndLog('prerendered endpoint', own) })
}
