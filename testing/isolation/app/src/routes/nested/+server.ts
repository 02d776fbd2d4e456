import type { RequestEvent } from '@sveltejs/kit'
import { get } from 'svelte/store'
import { look } from '../../lib/look.ts'
import { lookAndLog } from '../../lib/look-and-log.ts'
import { ownOf } from '../../lib/own-of.ts'
import { pause } from '../../lib/pause.ts'
import { trail } from '../../lib/stores.ts'

/** Asks itself, two at a time, down to the third storey. Each writes what its parent then finds. */
export const GET = async (event: RequestEvent): Promise<Response> => {
  const own = ownOf(event)
  const { searchParams } = event.url
  const depth = Number(searchParams.get('depth'))
  const path = searchParams.get('path') ?? '0'
  const early = lookAndLog('sub-request', own)
  await pause(`sub-request ${path}`, own)
  trail.update((lines) => [...lines, `${own}@storey ${path}`])
  if (depth > 0) {
    await Promise.all(
      ['0', '1'].map(async (side) => {
        const query = new URLSearchParams({
          sub: '',
          of: own,
          depth: String(depth - 1),
          path: path + side,
        })
        await (await event.fetch(`/nested?${query}`)).text()
      }),
    )
  }
  const storeys = get(trail)
    .filter((line) => line.includes('@storey '))
    .map((line) => line.split('@storey ')[1])
  return Response.json({ seen: [early, look('sub-request', own)], storeys: storeys.toSorted() })
}
