import type { LoadEvent } from '@sveltejs/kit'
import { look } from '../lib/look.ts'
import { pause } from '../lib/pause.ts'

export const load = async ({ data }: LoadEvent) => {
  const own = String(data?.['own'])
  const early = look('layout universal load', own)
  await pause('layout universal load', own)
  return { ...data, inLayout: [data?.['inLayout'], early, look('layout universal load', own)] }
}
