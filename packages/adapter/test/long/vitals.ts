import type { RunningServer } from '../../../../testing/run-server.ts'
import { serve } from '../../../../testing/targets.ts'
import type { Target } from '../../../../testing/targets.ts'
import { app } from '../run-contract.ts'

/** What a process holds, after a collection. */
export interface Vitals {
  heapUsed: number
  /** What the engine holds for its heap. */
  heapTotal: number
  /** What belongs to objects of the heap and lies outside, such as the bytes of buffers. */
  external: number
  rss: number
  /** Files and connections that are open; only Linux tells. */
  handles: number
  /** Timers that run; only Node and Deno tell. */
  timers: number
  peers: number
  /** Of `/stream/seen` and `/stream/recent`. */
  streams: number
}

/** Serves the contract app so that it can be asked for its vitals. */
export const serveForVitals = (
  target: Target,
  env: Record<string, string> = {},
): Promise<RunningServer> =>
  serve(target, app, { NODE_OPTIONS: '--expose-gc', DENO_V8_FLAGS: '--expose-gc', ...env })

export async function vitalsOf({ url }: RunningServer): Promise<Vitals> {
  return (await fetch(`${url}/vitals`)).json() as Promise<Vitals>
}
