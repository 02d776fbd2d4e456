import { writable } from '@kitrt/stores'
import { writable as plainWritable } from 'svelte/store'
import { Bench } from 'tinybench'
import { accesses, times } from '#lib/accesses.ts'
import { cpuTime } from '#lib/cpu-time.ts'

// The stores are made here, as modules make them: before any request.
const sides = Object.entries(accesses).map(
  ([name, access]) => [name, { plain: access(plainWritable), isolated: access(writable) }] as const,
)

/**
 * One round: the ns of CPU that each access takes, on svelte/store's own store and on ours, in the scope of
 * this request.
 */
export const GET = ({ url }) => {
  const time = Number(url.searchParams.get('ms'))
  const order =
    url.searchParams.get('first') === 'plain'
      ? (['plain', 'isolated'] as const)
      : (['isolated', 'plain'] as const)
  const rows = sides.map(([name, runs]) => {
    const bench = new Bench({
      now: cpuTime,
      time,
      iterations: 1,
      warmupTime: time / 4,
      warmupIterations: 1,
    })
    for (const side of order) bench.add(side, runs[side])
    bench.runSync()
    const nsOf = (side: string) => {
      const { result } = bench.getTask(side)!
      if (result.state !== 'completed') throw new Error(`${name} on ${side}: ${result.state}`)
      return (result.latency.p50 * 1e6) / times
    }
    return [name, { plain: nsOf('plain'), isolated: nsOf('isolated') }]
  })
  return Response.json(Object.fromEntries(rows))
}
