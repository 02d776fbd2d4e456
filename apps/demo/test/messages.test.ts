import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { messagesOf, save } from '#lib/server/messages.ts'

vi.stubEnv('CHAT_DB', join(mkdtempSync(join(tmpdir(), 'kitrt-messages-')), 'chat.sqlite'))

test('a message is stored once, and an id is its first author’s, in one room', () => {
  const first = save('1', 'blue', 'ada', 'first')
  expect(save('1', 'blue', 'ada', 'sent again')).toEqual(first)
  expect(() => save('1', 'blue', 'bob', 'mine now')).toThrow(
    expect.objectContaining({ status: 409 }),
  )
  save('1', 'red', 'bob', 'elsewhere')
  expect(messagesOf('blue').map(({ text }) => text)).toEqual(['first'])
  expect(messagesOf('red').map(({ text }) => text)).toEqual(['elsewhere'])
})
