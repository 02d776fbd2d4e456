import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './run-server.ts'

/** A test: its file, and its name there. */
export type Shown = [file: string, name: string]

/** Rows of the design's tables: by table, what is wrong elsewhere, and the tests that show that it is not so here. */
export type ShownRows = Record<string, Record<string, Shown[]>>

/** Tests that for each row there are such tests. */
export function showRows(rows: ShownRows): void {
  describe.each(Object.entries(rows))('%s', (_, shortcomings) => {
    test.each(Object.entries(shortcomings))(
      '%s: a test shows that it is not so here',
      (_row, shown) => {
        expect(shown).not.toEqual([])
        for (const [file, name] of shown) {
          expect(readFileSync(join(root, file), 'utf8'), file).toContain(name)
        }
      },
    )
  })
}
