import { expect, test, vi } from 'vitest'
import { channel } from '../../../../src/channel.ts'
import type { Engine, EngineListener } from '../../../../src/server/engine.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import { memory } from '../../../../src/server/memory/index.ts'
import { anything } from '../../anything.ts'

/** An engine that loses all that it has, as a server that is started anew. */
function createForgetful(): Engine & { forget(): void } {
  let engine = memory()
  const listeners: EngineListener[] = []
  return {
    ...engine,
    append: (...of) => engine.append(...of),
    read: (...of) => engine.read(...of),
    lasts: (of) => engine.lasts(of),
    listen(of, listener) {
      listeners.push(listener)
      return engine.listen(of, listener)
    },
    forget() {
      engine = memory()
      for (const listener of listeners) listener.wake()
    },
  }
}

test('rule 3: who was reset does not get the state that was loaded before', async () => {
  const engine = createForgetful()
  const hub = createHub({ engine, limits: { spread: 0 } })
  let state = 'old'
  const log = channel('log', { event: anything, state: { init: () => '', apply: () => '' } })
  hub.serve(log, { subscribe: () => true, snapshot: () => state })
  const said: Record<string, unknown>[] = []
  const connection = (await hub.connect({}))({
    duplex: true,
    send: (message) => void said.push(...message.split('\n').map((line) => JSON.parse(line))),
    bufferedAmount: () => 0,
    onDrain() {},
    close() {},
  })
  const subscribe = (id: number): void =>
    connection.received(JSON.stringify({ id, sub: { ch: 'log' } }))
  connection.received(JSON.stringify({ hi: { v: 1 } }))
  subscribe(1)
  await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining({ id: 1 })))
  state = 'new'
  engine.forget()
  await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining({ reset: 'epoch' })))
  subscribe(2)
  await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining({ id: 2 })))
  const [last] = await engine.lasts(['log'])
  const begun = said.find(({ id }) => id === 2)
  expect(begun?.['on']).toMatchObject({ at: last, s: 'new' })
  hub.close()
})
