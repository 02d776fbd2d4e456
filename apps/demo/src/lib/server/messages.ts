import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { error } from '@sveltejs/kit'
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
    'CREATE TABLE IF NOT EXISTS messages_of_rooms (room TEXT, id TEXT, author TEXT, text TEXT, at INTEGER, PRIMARY KEY (room, id))',
  )
  return opened
}

/** Stores a message once, however often its author sends it by the same id. */
export function save(id: string, room: string, author: string, text: string): Message {
  database()
    .prepare(
      'INSERT OR IGNORE INTO messages_of_rooms (room, id, author, text, at) VALUES (?, ?, ?, ?, ?)',
    )
    .run(room, id, author, text, Date.now())
  const stored = database()
    .prepare('SELECT id, author, text, at FROM messages_of_rooms WHERE room = ? AND id = ?')
    .get(room, id)
  // Browsers choose their ids, and see those of others.
  if (stored?.['author'] !== author) error(409, 'This message is somebody else’s.')
  return { ...stored } as unknown as Message
}

/** The last hundred of a room, the oldest first. */
export function messagesOf(room: string): Message[] {
  const rows = database()
    .prepare(
      'SELECT id, author, text, at FROM messages_of_rooms WHERE room = ? ORDER BY rowid DESC LIMIT 100',
    )
    .all(room)
  return rows.map((row) => ({ ...row }) as unknown as Message).toReversed()
}
