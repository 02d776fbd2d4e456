import { describe, expect, onTestFinished, test } from 'vitest'
import { long } from '../../../../testing/long.ts'
import { serve, targets } from '../../../../testing/targets.ts'
import { app } from '../run-contract.ts'

// The contract tests are silent for 13 s, which is enough for Bun's own limit.
const silence = long ? 90_000 : 1_000

describe.each(targets.filter(({ mode }) => mode === 'production'))('$name', (target) => {
  test(
    `a stream that is silent for ${silence / 1000} s lives`,
    { timeout: silence + 30_000 },
    async () => {
      const server = await serve(target, app)
      onTestFinished(async () => {
        await server.stop()
      })
      const response = await fetch(`${server.url}/stream/quiet?ms=${silence}`)
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while (!text.includes('still here')) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
        expect(done, 'the stream has ended').toBe(false)
        text += value
      }
      await reader?.cancel()
    },
  )
})
