import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { long } from '../../../../testing/long.ts'
import { serve, target } from '../../../../testing/targets.ts'
import { openSource } from '../../../sse/test/open-source.ts'
import { app } from '../run-contract.ts'

/** By how much time is shorter here. */
const scale = long ? 1 : 30

test(`a route that says 500 is asked at most 8 times in the first ${30 / scale} s`, async () => {
  const server = await serve(target('node'), app)
  onTestFinished(async () => {
    await server.stop()
  })
  const id = randomUUID()
  const source = openSource(`${server.url}/stream/fault?how=throw&id=${id}`, {
    base: 500 / scale,
    cap: 20_000 / scale,
  })
  onTestFinished(source.select().subscribe(() => {}))
  await setTimeout(30_000 / scale)
  const lines = (await (await fetch(`${server.url}/log/${id}`)).json()) as string[]
  const asked = lines.filter((line) => line === 'handle GET')
  expect(asked.length).toBeLessThanOrEqual(8)
  expect(asked.length).toBeGreaterThan(1)
  expect(source.status).not.toBe('refused')
})
