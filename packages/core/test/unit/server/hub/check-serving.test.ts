import { afterEach, describe, expect, test, vi } from 'vitest'
import { channel } from '../../../../src/channel.ts'
import { endpoint } from '../../../../src/server/endpoint.ts'
import { createHub } from '../../../../src/server/hub/create-hub.ts'
import { memory } from '../../../../src/server/memory/index.ts'
import { anything } from '../../anything.ts'

const notes = channel('notes', { event: anything })
const hubs: { close(): void }[] = []
const hubOf = () => {
  const hub = createHub({ engine: memory() })
  hubs.push(hub)
  return hub
}

afterEach(() => {
  vi.unstubAllEnvs()
  for (const hub of hubs.splice(0)) hub.close()
})

describe('serve()', () => {
  test('takes a channel once, or other rules would hold than those that were read', () => {
    const hub = hubOf()
    hub.serve(notes, { subscribe: () => false })
    const other = channel('notes', { event: anything })
    expect(() => hub.serve(other, { subscribe: () => true })).toThrow(
      /'notes' is served twice by one hub/,
    )
    // Another hub is another matter.
    expect(() => hubOf().serve(notes, { subscribe: () => true })).not.toThrow()
  })

  test('takes it anew in development, where a module that is edited does', () => {
    vi.stubEnv('NODE_ENV', 'development')
    const hub = hubOf()
    hub.serve(notes, { subscribe: () => false })
    expect(() => hub.serve(notes, { subscribe: () => true })).not.toThrow()
  })

  test('asks for a subscribe rule', () => {
    expect(() => hubOf().serve(notes, {} as never)).toThrow(/expected a subscribe rule for 'notes'/)
  })
})

test('endpoint() says that it got no hub, before any client asks', () => {
  expect(() => endpoint(undefined as never, [])).toThrow(/expected what createHub\(\) gives/)
})
