import process from 'node:process'
import { hub, queue } from '#lib/hub.ts'

/** What the process holds, in bytes, and for how many. */
export const GET = () =>
  Response.json({
    rss: process.memoryUsage.rss(),
    maxQueue: hub.limits.maxQueue,
    queued: queue.size,
    ...hub.size,
  })
