import { cpSync, mkdtempSync } from 'node:fs'
import { basename } from 'node:path'
import { editableApp } from './editable-app.ts'
import type { EditableApp } from './editable-app.ts'

/** What an app is made of, beside what is made of it. */
const made = new Set(['node_modules', '.svelte-kit', 'build'])

/** Copies an app to a folder beside it, where it finds the same packages. */
export function copyApp(app: string): EditableApp {
  const directory = mkdtempSync(`${app}-copy-`)
  cpSync(app, directory, { recursive: true, filter: (path) => !made.has(basename(path)) })
  return editableApp(directory)
}
