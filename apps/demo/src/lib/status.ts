import { channel } from '@kitrt/core'
import * as v from 'valibot'

const Counts = v.record(v.string(), v.number())

/** What a hub does: numbers of now, counts of the last second, and totals since it started. */
const Sample = v.object({
  at: v.number(),
  now: v.object({
    connections: v.number(),
    subscriptions: v.number(),
    channels: v.number(),
    queue: v.number(),
  }),
  second: v.object({
    published: v.number(),
    sent: v.number(),
    received: v.number(),
    transmitted: v.number(),
  }),
  totals: v.object({
    resumes: v.number(),
    snapshots: v.number(),
    resets: Counts,
    refusals: Counts,
    closes: Counts,
  }),
})
export type Sample = v.InferOutput<typeof Sample>

/**
 * Of one process of the server, which alone publishes. Without a state of its own it is a list: of
 * two minutes, a sample a second.
 */
export const status = channel('status', {
  params: v.object({ process: v.string() }),
  event: Sample,
  history: { size: 120 },
})
