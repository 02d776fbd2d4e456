import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bin } from '../../../../testing/run-server.ts'
import { mutants } from './mutants.ts'

const packages = join(import.meta.dirname, '..', '..', '..')
const core = join(packages, 'core')

/** Runs seeds in a process of their own, since they take its time and its chance away. */
function run(
  folder: string,
  seeds: number,
  from: number,
): Promise<{ failed: boolean; output: string }> {
  const file = join(folder, 'test', 'simulation', 'run.ts')
  const args = [file, '--seeds', String(seeds), '--from', String(from), '--failures', '1']
  return new Promise((resolve) => {
    execFile(join(bin, 'node'), args, { timeout: 300_000 }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: stdout + stderr })
    })
  })
}

describe('the simulation (rules 1 to 5, 9, 11 and 17 of PROTOCOL.md)', () => {
  // Other seeds than those that the mutants are looked for with.
  test.concurrent.each([1, 2])(
    'finds nothing on five hundred seeds (%i of 2)',
    { timeout: 300_000 },
    async (part) => {
      const { failed, output } = await run(core, 500, part * 100_000)
      expect(failed, output).toBe(false)
      // It has done what it is for.
      for (const what of [
        'acks',
        'kitrt.resumes',
        'kitrt.resets fork',
        'kitrt.resets evicted',
        'restarts',
        'pages',
        'sleeps',
      ]) {
        expect(output).toMatch(new RegExp(`'?${what}'?: [1-9]`))
      }
    },
  )

  test('gives the same result for the same seed', async () => {
    const [one, other] = await Promise.all([run(core, 20, 7), run(core, 20, 7)])
    const counts = ({ output }: { output: string }): string => output.slice(output.indexOf('{'))
    expect(counts(one)).toBe(counts(other))
    expect(counts(one)).toContain('acks')
  })

  describe('finds a fault that is planted', () => {
    test.each(mutants)('$name', { timeout: 300_000 }, async ({ file, from, to, near = 1 }) => {
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
        const { failed, output } = await run(join(folder, 'core'), 1_000, near)
        expect(failed, output).toBe(true)
        expect(output, 'the oracle says it, not a syntax error').toContain('seed ')
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  })
})
