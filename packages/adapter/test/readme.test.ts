import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../../testing/run-server.ts'
import { gaps } from '../../../testing/targets.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

test('every gap between the runtimes is in the table of the README, with its reason', () => {
  const missing = Object.values(gaps).filter((reason) => !readme.includes(`| ${reason}`))
  expect(missing).toEqual([])
})

const quoted = [...readme.matchAll(/<!-- (\S+) -->\n+```\w+\n([^]*?)```/g)]

test.each(quoted.map(([, file = '', code = '']) => [file, code]))(
  'the README quotes %s as it is',
  (file, code) => {
    expect(code.trim()).toBe(readFileSync(join(root, file), 'utf8').trim())
  },
)

test('the README quotes the demo, and names scripts that exist', () => {
  expect(quoted.length).toBeGreaterThanOrEqual(6)
  const named = [...readme.matchAll(/npm run (\w+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})
