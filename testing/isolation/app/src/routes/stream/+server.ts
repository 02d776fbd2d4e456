import type { RequestEvent } from '@sveltejs/kit'
import { glimpse, lookAndLog } from '../../lib/look-and-log.ts'
import { ownOf } from '../../lib/own-of.ts'
import { pause } from '../../lib/pause.ts'

/** More than a socket takes at once, so that the server has to come back for the rest. */
const filling = new Uint8Array(70_000).fill(46)

/** A hand-made stream: runtimes call `pull` where they like. */
export const GET = (event: RequestEvent): Response => {
  const own = ownOf(event)
  const encoder = new TextEncoder()
  let step = 0
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(encoder.encode(lookAndLog('start of a stream', own)))
      },
      async pull(controller) {
        await pause(`pull ${step}`, own)
        controller.enqueue(encoder.encode(glimpse('pull of a stream', own)))
        controller.enqueue(filling)
        if (++step === 3) controller.close()
      },
    }),
  )
}
