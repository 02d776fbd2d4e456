import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** The text of files, by their paths in an app. */
export type AppFiles = Record<string, string>

/** An app that a test may edit, while a server watches it. */
export interface EditableApp {
  directory: string
  /** Changes a file. @throws when that would change nothing, which is a mistake of the test */
  edit(file: string, change: (text: string) => string): Promise<void>
  /** Writes files, new ones too. */
  write(files: AppFiles): Promise<void>
  /** Deletes a file. */
  delete(file: string): void
  /** Deletes the app. Removing twice does nothing. */
  remove(): void
}

/** Vite's watcher (chokidar) drops a change that comes within 50 ms of the last of its file; with room for its timers. */
const unseen = 200

export function editableApp(directory: string): EditableApp {
  /** When, by file. */
  const written = new Map<string, number>()

  async function write(file: string, text: string): Promise<void> {
    const since = performance.now() - (written.get(file) ?? -Infinity)
    if (since < unseen) await setTimeout(unseen - since)
    const path = join(directory, file)
    mkdirSync(dirname(path), { recursive: true })
    // All of it at once, or a server may read half of it.
    const part = `${directory}.part`
    writeFileSync(part, text)
    renameSync(part, path)
    written.set(file, performance.now())
  }

  return {
    directory,
    async edit(file, change) {
      const before = readFileSync(join(directory, file), 'utf8')
      const after = change(before)
      if (before === after) throw new Error(`the edit of ${file} changed nothing`)
      await write(file, after)
    },
    async write(files) {
      await Promise.all(Object.entries(files).map(([file, text]) => write(file, text)))
    },
    delete: (file) => rmSync(join(directory, file)),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
