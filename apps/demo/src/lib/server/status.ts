import { setInterval } from 'node:timers'
import type { ChannelHub, ServedHandle } from '@kitrt/core/server'
import { takeSample } from '#lib/server/metrics.ts'
import { status } from '#lib/status.ts'
import type { Sample } from '#lib/status.ts'
import { building } from '$app/env'

const process = crypto.randomUUID()
let timer: ReturnType<typeof setInterval> | undefined

/** Publishes a sample a second of what the hub tells, over the hub itself. */
export function serveStatus(hub: ChannelHub): ServedHandle<Sample, Sample, Sample[], unknown> {
  const samples = hub.serve(status, { subscribe: () => true })({ process })
  // A hub that hot reloading has replaced needs none.
  clearInterval(timer)
  if (building) return samples
  const publish = (): void => void samples.publish(takeSample()).catch(console.error)
  publish()
  timer = setInterval(publish, 1_000).unref()
  return samples
}
