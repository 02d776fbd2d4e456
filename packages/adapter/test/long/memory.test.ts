import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../testing/eventually.ts'
import { inParallel, long } from '../../../../testing/long.ts'
import { targets } from '../../../../testing/targets.ts'
import { serveForVitals, vitalsOf } from './vitals.ts'

const first = long ? 1_000 : 100
const renders = long ? 100_000 : 1_000

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  test(
    `the heap after ${renders} renders is that after ${first}, give or take 5 MB`,
    { timeout: 900_000 },
    async () => {
      const server = await serveForVitals(target)
      onTestFinished(async () => {
        await server.stop()
      })
      const heap = async (): Promise<number> => (await vitalsOf(server)).heapUsed
      // One page with stores of modules, one whose load function makes a store each time.
      const render = async (index: number): Promise<void> => {
        const path = index % 2 ? '/stores/page?stream' : '/stores/carried'
        const response = await fetch(server.url + path, { headers: { cookie: `user=u${index}-` } })
        expect(await response.text()).toContain(`u${index}-`)
      }
      await inParallel(first, 50, render)
      const before = await heap()
      await inParallel(renders - first, 50, render)
      // A collection may take more than one turn of the event loop.
      await eventually(async () => (await heap()) - before < 5_000_000, 20_000)
      if (long) {
        console.log(
          `${target.name}: ${(((await heap()) - before) / 1e6).toFixed(1)} MB of heap more after ${renders} renders`,
        )
      }
    },
  )
})
