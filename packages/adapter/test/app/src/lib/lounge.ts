import { channel } from '@kitrt/core'
import * as v from 'valibot'

/**
 * Who is in a lounge, and what was said there. The list is of the events as they come: one that came twice,
 * or is shown early and not taken back, is in it twice.
 */
export const lounge = channel('lounge', {
  params: v.object({ id: v.string() }),
  event: v.object({ id: v.string(), text: v.string() }),
  publish: v.object({ text: v.string() }),
  presence: v.object({ name: v.string() }),
})
