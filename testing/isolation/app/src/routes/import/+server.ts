import type { RequestEvent } from '@sveltejs/kit'
import { lookAndLog } from '../../lib/look-and-log.ts'
import { ownOf } from '../../lib/own-of.ts'
import { pause } from '../../lib/pause.ts'

/**
 * Imports a module that nobody has imported before, natively. On Deno 2.8.3 to 2.9.6 that leaves
 * this request's AsyncLocalStorage to whatever comes next.
 */
export const GET = async (event: RequestEvent): Promise<Response> => {
  const own = ownOf(event)
  const early = lookAndLog('first import', own)
  const source = `data:text/javascript,export default ${JSON.stringify(own)}`
  const { default: imported } = (await import(/* @vite-ignore */ source)) as { default: string }
  const late = lookAndLog('first import', own)
  // Its scope is alive while others come.
  await pause('first import', own)
  return Response.json([imported, early, late, lookAndLog('first import', own)])
}
