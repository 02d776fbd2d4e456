import type { LoadEvent } from '@sveltejs/kit'
import { look } from '../../../lib/look.ts'
import { pause } from '../../../lib/pause.ts'

export const load = async ({ data, fetch, parent }: LoadEvent) => {
  const own = String((await parent())['own'])
  const early = look('prerendered universal load', own)
  await pause('prerendered universal load', own)
  // What it asks for is prerendered too.
  const { seen } = (await (await fetch(`/prerendered/${own}/inner`)).json()) as { seen: string }
  return { ...data, inUniversal: [early, seen, look('prerendered universal load', own)] }
}
