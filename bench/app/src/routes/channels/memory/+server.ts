import process from 'node:process'
import { hub } from '#lib/hub.ts'

/** What the process holds, in bytes, and for how many. */
export const GET = () =>
  Response.json({ rss: process.memoryUsage.rss(), maxQueue: hub.limits.maxQueue, ...hub.size })
