import process from 'node:process'
import { channel } from '@kitrt/core'
import { createHub, memory } from '@kitrt/core/server'
import { redis } from '@kitrt/redis'
import { createClient } from 'redis'
import * as v from 'valibot'

const events = channel('events', {
  params: v.object({ id: v.string() }),
  event: v.object({ text: v.string() }),
})

const { REDIS_URL: url, QUEUE_GAUGE: gauged } = process.env

/** What waits for all readers together, in bytes, as the hub last said; it says so once a second. */
export const queue = { size: 0 }

export const hub = createHub({
  engine: url ? redis(createClient({ url })) : memory(),
  // Counting costs something, so it is done where its numbers are asked for.
  ...(gauged === '1' && {
    onMetric({ name, value }) {
      if (name === 'kitrt.queue.size') queue.size = value
    },
  }),
})

export const room = hub.serve(events, { subscribe: () => true })
