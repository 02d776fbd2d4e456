import { writable } from '@kitrt/stores'
import { writable as plainWritable } from 'svelte/store'
import { Bench } from 'tinybench'
import { accesses, times } from '#lib/accesses.ts'

const plain = plainWritable(1)
const isolated = writable(1)

/**
 * One round: the ns that an access of each kind takes, on svelte/store's own store and on ours, in
 * the scope of this request.
 */
export const GET = ({ url }) => {
  const time = Number(url.searchParams.get('ms'))
  const plainFirst = url.searchParams.get('first') === 'plain'
  const rows = Object.entries(accesses).map(([name, access]) => {
    const bench = new Bench({ time, iterations: 1, warmupTime: time / 4, warmupIterations: 1 })
    const add = {
      plain: () => bench.add('plain', access(plain)),
      isolated: () => bench.add('isolated', access(isolated)),
    }
    for (const side of plainFirst
      ? (['plain', 'isolated'] as const)
      : (['isolated', 'plain'] as const))
      add[side]()
    bench.runSync()
    const nsOf = (side: string) => {
      const result = bench.getTask(side)!.result
      if (result.state !== 'completed') throw new Error(result.state)
      return (result.latency.p50 * 1e6) / times
    }
    return [name, { plain: nsOf('plain'), isolated: nsOf('isolated') }]
  })
  return Response.json(Object.fromEntries(rows))
}
