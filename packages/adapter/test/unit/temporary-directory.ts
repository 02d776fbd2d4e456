import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** Writes files by their paths into a directory that goes when the tests of the file have ended. */
export function createDirectory(files: Record<string, string | Buffer>): string {
  const directory = mkdtempSync(join(tmpdir(), 'kitrt-'))
  for (const [file, content] of Object.entries(files)) {
    const path = join(directory, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
