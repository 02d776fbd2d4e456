import type { LoadEvent } from '@sveltejs/kit'
import { pause } from '../../../lib/pause.ts'

export const load = async ({ parent }: LoadEvent): Promise<never> => {
  const { own } = await parent()
  await pause('breaking universal load', String(own))
  throw new Error('thrown in a universal load')
}
