import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** An app that a test may edit. */
export interface AppCopy {
  directory: string
  /** Writes a file anew. @throws when that would change nothing, which is a mistake of the test */
  edit(file: string, change: (text: string) => string): Promise<void>
  /** Deletes it. Removing twice does nothing. */
  remove(): void
}

/** What an app is made of, beside what is made of it. */
const made = new Set(['node_modules', '.svelte-kit', 'build'])

/** Vite's watcher (chokidar) drops a change that comes within 50 ms of the last of its file; with room for its timers. */
const unseen = 200

/** Copies an app to a folder beside it, where it finds the same packages. */
export function copyApp(app: string): AppCopy {
  const directory = mkdtempSync(`${app}-copy-`)
  cpSync(app, directory, { recursive: true, filter: (path) => !made.has(basename(path)) })
  /** When, by file. */
  const edited = new Map<string, number>()
  return {
    directory,
    async edit(file, change) {
      const since = performance.now() - (edited.get(file) ?? -Infinity)
      if (since < unseen) await setTimeout(unseen - since)
      const path = join(directory, file)
      const before = readFileSync(path, 'utf8')
      const after = change(before)
      if (before === after) throw new Error(`the edit of ${file} changed nothing`)
      writeFileSync(path, after)
      edited.set(file, performance.now())
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
