import { readdirSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { compile } from 'svelte/compiler'
import { describe, expect, test } from 'vitest'
import { root } from '../../../../testing/run-server.ts'
import { quotedIn, read } from '../readmes.ts'

const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)

/** The samples of a README that are no files. */
const samplesIn = (text: string): [language: string, code: string][] => {
  const quoted = quotedIn(text).map(([, , code]) => code)
  return [...text.matchAll(/^```(svelte|ts)\n([^]*?)^```/gm)]
    .filter(([, , code]) => !quoted.includes(code))
    .map(([, language = '', code = '']) => [language, code])
}

describe.each(['README.md', ...packages])('the samples of %s', (file) => {
  test('compile, and import what there is', async () => {
    for (const [language, code] of samplesIn(read(file))) {
      if (language === 'ts') expect(() => stripTypeScriptTypes(code), code).not.toThrow()
      else {
        for (const generate of ['client', 'server'] as const) {
          expect(compile(code, { generate }).warnings, code).toEqual([])
        }
      }
      for (const [, names = '', from = ''] of code.matchAll(
        /^ *import \{ (.*) \} from '(@kitrt\/.*)'/gm,
      )) {
        // oxlint-disable-next-line no-await-in-loop -- one after another is soon enough
        const module = (await import(from)) as object
        for (const name of names.split(', ')) expect(module, from).toHaveProperty(name)
      }
    }
  })
})
