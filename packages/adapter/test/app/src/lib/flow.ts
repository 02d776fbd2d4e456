import { channel } from '@kitrt/core'
import * as v from 'valibot'

/** Numbers in a row: who reads them sees what is missing, and what comes twice. A room of a user's name is that user's. */
export const flow = channel('flow', {
  params: v.object({ id: v.string() }),
  event: v.number(),
  publish: v.number(),
  state: { init: () => 0, apply: (_last, number) => number },
  history: { size: 10_000 },
})
