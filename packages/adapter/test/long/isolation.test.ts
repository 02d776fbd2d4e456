import { describe, expect, onTestFinished, test } from 'vitest'
import { inParallel, long } from '../../../../testing/long.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { app } from '../run-contract.ts'

const renders = long ? 20_000 : 400

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  test(
    `${renders} renders, 200 at a time, show no foreign visitor`,
    { timeout: 600_000 },
    async () => {
      const server = await serve(target, app)
      onTestFinished(async () => {
        await server.stop()
      })
      await inParallel(renders, 200, async (index) => {
        const user = `canary-${index}-`
        const response = await fetch(`${server.url}/stores/page?stream`, {
          headers: { cookie: `user=${user}` },
        })
        const html = await response.text()
        const seen = new Set(html.toLowerCase().match(/canary-\d+-/g))
        expect([...seen]).toEqual([user])
        expect(html).toContain(`${user} late`)
      })
    },
  )
})
