import type { RequestEvent } from '@sveltejs/kit'
import { get } from 'svelte/store'
import { look } from '../../lib/look.ts'
import { lookAndLog } from '../../lib/look-and-log.ts'
import { ownOf } from '../../lib/own-of.ts'
import { pause } from '../../lib/pause.ts'
import { canary } from '../../lib/stores.ts'

async function answer(place: string, own: string): Promise<Response> {
  const early = lookAndLog(place, own)
  await pause(place, own)
  return Response.json(
    { canary: get(canary), seen: [early, lookAndLog(place, own)] },
    { headers: { 'x-endpoint': `${get(canary)} ${look(place, own)}` } },
  )
}

export const GET = (event: RequestEvent): Promise<Response> => answer('endpoint', ownOf(event))

export const PUT = async ({ request }: RequestEvent): Promise<Response> =>
  answer('endpoint with a body', await request.text())

/** Breaks, when it has waited. */
export const DELETE = async (event: RequestEvent): Promise<Response> => {
  const own = ownOf(event)
  await pause('breaking endpoint', own)
  throw new Error('thrown in an endpoint')
}
