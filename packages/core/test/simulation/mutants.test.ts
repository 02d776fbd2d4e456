import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mutants } from './mutants.ts'
import { runSeeds } from './run-seeds.ts'

const packages = join(import.meta.dirname, '..', '..', '..')

describe('the simulation finds a fault that is planted', () => {
  test.each(mutants)('$name', { timeout: 900_000 }, async ({ file, from, to, near = 1 }) => {
    const folder = mkdtempSync(join(tmpdir(), 'kitrt-mutant-'))
    try {
      // The simulated network reads streams as the client of @kitrt/sse does.
      for (const part of ['core/src', 'core/test/simulation', 'sse/src/client']) {
        cpSync(join(packages, part), join(folder, part), { recursive: true })
      }
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
      symlinkSync(join(packages, '..', 'node_modules'), join(folder, 'node_modules'))
      const path = join(folder, 'core', 'src', file)
      const source = readFileSync(path, 'utf8')
      expect(source.split(from), 'the text to be replaced is there once').toHaveLength(2)
      writeFileSync(
        path,
        source.replace(from, () => to),
      )
      const { failed, output } = await runSeeds(join(folder, 'core'), 1_000, near)
      expect(failed, output).toBe(true)
      expect(output, 'the oracle says it, not a syntax error').toContain('seed ')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
