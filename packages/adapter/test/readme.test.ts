import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { root } from '../../../testing/run-server.ts'
import { gaps } from '../../../testing/targets.ts'
import { createWarn } from '../../stores/src/dev/warnings.ts'
import { quotedIn, read } from './readmes.ts'

const readme = read('README.md')
const storesReadme = read('packages/stores/README.md')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

test('every gap between the runtimes is in the table of the README, with its reason', () => {
  const missing = Object.values(gaps).filter((reason) => !readme.includes(`| ${reason}`))
  expect(missing).toEqual([])
})

describe.each([
  ['README.md', readme],
  ['packages/stores/README.md', storesReadme],
  ['packages/ws/README.md', read('packages/ws/README.md')],
  ['packages/core/README.md', read('packages/core/README.md')],
  ['packages/adapter/README.md', read('packages/adapter/README.md')],
])('%s', (file, text) => {
  test.each(quotedIn(text).map(([, quoted = '', code = '']) => [quoted, code]))(
    'quotes %s as it is',
    (quoted, code) => {
      expect(code.trim()).toBe(read(quoted).trim())
    },
  )

  test('quotes files of the demo and the examples, and names scripts and files that exist', () => {
    expect(quotedIn(text).length).toBeGreaterThanOrEqual(3)
    const named = [...text.matchAll(/npm run (\w+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !existsSync(join(root, dirname(file), link)))).toEqual([])
  })
})

describe('the README of the stores', () => {
  test('has no code but what it quotes, the line that installs it, and what development says', () => {
    const blocks = [...storesReadme.matchAll(/^```(\w*)\n([^]*?)^```/gm)]
    const others = blocks.filter(([, , code]) => !quotedIn(storesReadme).some((q) => q[2] === code))
    const { name } = JSON.parse(read('packages/stores/package.json')) as { name: string }
    const said: string[] = []
    const warn = createWarn({ warn: (text) => said.push(`${stripVTControlCharacters(text)}\n`) })
    warn('shared-store', {
      maker: 'writable',
      madeAt: 'src/lib/user.ts:3:21',
      writtenAt: 'src/hooks.server.ts:8:8',
    })
    warn('late-change', {
      key: 'cart',
      madeAt: 'src/lib/cart.ts:3:21',
      component: 'src/routes/+layout.svelte',
      changedAt: 'src/routes/+page.svelte:9:8',
    })
    expect(others.map(([, language, code]) => [language, code])).toEqual([
      ['sh', `npm install --save-dev ${name}\n`],
      ['text', said.join('')],
    ])
  })

  test('lists the codes of the errors that the package throws, and no others', () => {
    const listed = [...storesReadme.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, code]) => code)
    const sources = readdirSync(join(root, 'packages/stores/src'), {
      recursive: true,
      encoding: 'utf8',
    })
    const thrown = sources
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...read(`packages/stores/src/${file}`).matchAll(/KitrtError\(\s*'([\w-]+)'/g),
      ])
      .map(([, code]) => code)
    expect(new Set(listed)).toEqual(new Set(thrown))
  })

  test('has the numbers of the last report, and the size that is checked', () => {
    const reports = readdirSync(join(root, 'reports')).filter((name) => name.startsWith('bench-'))
    const report = read(`reports/${reports.toSorted().at(-1)}`)
    const rows = (text: string): string[] =>
      [...text.matchAll(/^\| (?:node|bun|deno) .*×.*$/gm)].map(([line]) =>
        line.replaceAll(/ +/g, ' '),
      )
    const quoted = rows(storesReadme)
    expect(quoted).toHaveLength(3)
    expect(quoted.filter((row) => !rows(report).includes(row))).toEqual([])
    const limits = JSON.parse(read('.size-limit.json')) as { name: string; limit: string }[]
    const limit = limits.find(({ name }) => name.startsWith('@kitrt/stores'))?.limit
    expect(storesReadme).toContain(`adds ${limit} (gzip) at most`)
  })
})
