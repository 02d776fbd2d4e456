import type { LoadEvent } from '@sveltejs/kit'
import { look } from '../../lib/look.ts'
import { pause } from '../../lib/pause.ts'

export const load = async ({ data, parent, fetch }: LoadEvent) => {
  const own = String((await parent())['own'])
  const early = look('universal load', own)
  await pause('universal load', own)
  const answer = await fetch(`/endpoint?sub&of=${own}`, { method: 'PUT', body: own })
  const inUniversal = [early, await answer.text(), look('universal load', own)]
  return { ...data, inUniversal }
}
