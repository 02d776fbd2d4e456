import { existsSync, readdirSync } from 'node:fs'
import process from 'node:process'
import { peers } from '@kitrt/ws'

/** What the process holds. `gc` is there where the runtime was asked to expose it. */
export const GET = () => {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc: (force: boolean) => void } }
  Bun?.gc(true)
  gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  // Files and connections; only Linux tells.
  const handles = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0
  return Response.json({ heapUsed, rss, handles, peers: peers().length })
}
