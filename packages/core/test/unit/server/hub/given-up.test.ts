import { expect, test, vi } from 'vitest'
import { channel } from '../../../../src/channel.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import { memory } from '../../../../src/server/memory/index.ts'
import { anything } from '../../anything.ts'
import { open } from './open-client.ts'

const log = channel('log', { event: anything, state: { init: () => '', apply: () => '' } })

test('rule 3: no state is loaded for a client that has gone before the engine answered', async () => {
  const engine = memory()
  const answer = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const snapshot = vi.fn(() => 'state')
  const hub = createHub({
    engine: {
      ...engine,
      async listen(...of) {
        asked.resolve()
        await answer.promise
        return engine.listen(...of)
      },
    },
  })
  hub.serve(log, { subscribe: () => true, snapshot })
  const enter = async () => {
    const client = await open(hub)
    client.connection.received('{"hi":{"v":1}}\n{"id":1,"sub":{"ch":"log"}}')
    return client
  }
  const gone = await enter()
  await asked.promise
  gone.connection.closed()
  answer.resolve()
  await vi.waitFor(() => expect(hub.size.channels).toBe(0))
  expect(snapshot).not.toHaveBeenCalled()
  // Who stays gets it.
  const { said } = await enter()
  await vi.waitFor(() =>
    expect(said).toContainEqual(
      expect.objectContaining({
        on: { c: expect.any(Number), at: expect.any(String), s: 'state' },
      }),
    ),
  )
  expect(snapshot).toHaveBeenCalledOnce()
  hub.close()
})
