// @vitest-environment node
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { sourcePlace } from '../../src/source-place.ts'

/** A built file with a map beside it: its second line comes from line 5 of src/cart.ts. */
function build(map: string): { file: string; source: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kitrt-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'cart.js'), '\nmade()\n')
  writeFileSync(join(folder, 'cart.js.map'), map)
  const source = relative(process.cwd(), join(folder, 'src/cart.ts')).replaceAll('\\', '/')
  return { file: join(folder, 'cart.js'), source }
}

const map = JSON.stringify({ version: 3, sources: ['src/cart.ts'], names: [], mappings: ';AAIA' })

test('a line of a built file is told by its place in the source', () => {
  const { file, source } = build(map)
  const { href } = pathToFileURL(file)
  for (const place of [`${file}:2:1`, `${href}:2:1`, `make (${href}:2:4)`]) {
    expect(sourcePlace(place)).toBe(`${source}:5:1`)
  }
})

test('what has no map, or a broken one, or no place in it, is told as it is', () => {
  const { file } = build(map)
  const broken = build('{')
  for (const place of [
    `${file}:1:1`,
    `${broken.file}:2:1`,
    '/nowhere/at/all.js:1:1',
    'make (<anonymous>)',
    'an unknown place',
  ]) {
    expect(sourcePlace(place)).toBe(place)
  }
})
