import { describe, expect, test, vi } from 'vitest'
import type { WSContext } from 'hono/ws'
import type { Connection } from '../../src/connection.ts'
import { toHonoEvents } from '../../src/hono-events.ts'

describe('toHonoEvents', () => {
  const createNotes = () => {
    const connection = {
      opened: vi.fn<Connection['opened']>(),
      received: vi.fn<Connection['received']>(),
      closed: vi.fn<Connection['closed']>(),
      pinged: vi.fn<Connection['pinged']>(),
      ponged: vi.fn<Connection['ponged']>(),
      protocol: '',
      json: false,
      idleTimeout: Infinity,
    }
    const events = toHonoEvents<{ raw: true }>(connection, (raw) => ({ raw }) as never)
    const ws = { raw: { raw: true } } as WSContext<{ raw: true }>
    return { connection, events, ws }
  }

  test('an opening makes a wire of what the runtime has', () => {
    const { connection, events, ws } = createNotes()
    events.onOpen?.(new Event('open'), ws)
    expect(connection.opened.mock.calls).toEqual([[{ raw: ws.raw }]])
  })

  test('text stays text, and bytes are always a Uint8Array', () => {
    const { connection, events, ws } = createNotes()
    events.onMessage?.(new MessageEvent('message', { data: 'text' }), ws)
    const { buffer } = new Uint8Array([1, 2])
    events.onMessage?.(new MessageEvent('message', { data: buffer }), ws)
    expect(connection.received.mock.calls).toEqual([['text'], [new Uint8Array([1, 2])]])
  })

  test('a close passes its code and its reason on', () => {
    const { connection, events, ws } = createNotes()
    events.onClose?.({ code: 4001, reason: 'why' } as CloseEvent, ws)
    expect(connection.closed.mock.calls).toEqual([[4001, 'why']])
  })

  test('1006 has no reason, since nobody said one', () => {
    const { connection, events, ws } = createNotes()
    events.onClose?.({ code: 1006, reason: 'Connection ended' } as CloseEvent, ws)
    expect(connection.closed.mock.calls).toEqual([[1006, '']])
  })

  test('an error is taken, since Bun throws where nobody takes it', () => {
    const { connection, events, ws } = createNotes()
    expect(() => events.onError?.(new Event('error'), ws)).not.toThrow()
    expect(events.onError).toBeTypeOf('function')
    expect(connection.closed).not.toHaveBeenCalled()
  })
})
