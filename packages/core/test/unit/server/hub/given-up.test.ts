import { expect, test, vi } from 'vitest'
import { channel } from '../../../../src/channel.ts'
import type { AnySchema } from '../../../../src/schema.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import { memory } from '../../../../src/server/memory/index.ts'

const anything: AnySchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
}
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
  const said: string[] = []
  const open = async () => {
    const connection = (await hub.connect({}))({
      duplex: true,
      send: (message) => void said.push(message),
      bufferedAmount: () => 0,
      onDrain() {},
      close() {},
    })
    connection.received('{"hi":{"v":1}}\n{"id":1,"sub":{"ch":"log"}}')
    return connection
  }
  const gone = await open()
  await asked.promise
  gone.closed()
  answer.resolve()
  await vi.waitFor(() => expect(hub.size.channels).toBe(0))
  expect(snapshot).not.toHaveBeenCalled()
  // Who stays gets it.
  await open()
  await vi.waitFor(() => expect(said.join('\n')).toContain('"s":"state"'))
  expect(snapshot).toHaveBeenCalledOnce()
  hub.close()
})
