import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import type { Message } from '#lib/channels.ts'

let opened: DatabaseSync | undefined

/** Not when the module is loaded: a build loads it too. */
function database(): DatabaseSync {
  if (opened) return opened
  const file = process.env['CHAT_DB'] ?? '.demo/chat.sqlite'
  mkdirSync(dirname(file), { recursive: true })
  opened = new DatabaseSync(file)
  // Other processes may have the same file: one writes while the others wait, at most for 5 s.
  opened.exec('PRAGMA busy_timeout = 5000')
  opened.exec(
    'CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, room TEXT, author TEXT, text TEXT, at INTEGER)',
  )
  return opened
}

/** Stores a message once, whoever sends it again by the same id. */
export function save(id: string, room: string, author: string, text: string): Message {
  const message = { id, author, text, at: Date.now() }
  database()
    .prepare('INSERT OR IGNORE INTO messages (id, room, author, text, at) VALUES (?, ?, ?, ?, ?)')
    .run(id, room, author, text, message.at)
  return message
}

/** The last hundred of a room, the oldest first. */
export function messagesOf(room: string): Message[] {
  const rows = database()
    .prepare(
      'SELECT id, author, text, at FROM messages WHERE room = ? ORDER BY rowid DESC LIMIT 100',
    )
    .all(room)
  return rows.map((row) => ({ ...row }) as unknown as Message).toReversed()
}
