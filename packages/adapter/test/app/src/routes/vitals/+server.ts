import { existsSync, readdirSync } from 'node:fs'
import process from 'node:process'
import { streams } from '@kitrt/sse'
import { peers } from '@kitrt/ws'

/** What the process holds. `gc` is there where the runtime was asked to expose it. */
export const GET = ({ url }) => {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc: (force: boolean) => void } }
  if (!url.searchParams.has('as-it-is')) {
    Bun?.gc(true)
    gc?.()
  }
  const { heapUsed, heapTotal, external, rss } = process.memoryUsage()
  return Response.json({
    heapUsed,
    heapTotal,
    external,
    rss,
    // Files and connections; only Linux tells.
    handles: existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0,
    // Only Node and Deno tell.
    timers: process.getActiveResourcesInfo?.().filter((kind) => kind === 'Timeout').length ?? 0,
    peers: peers().length,
    streams: streams('/stream/seen').size + streams('/stream/recent').size,
  })
}
