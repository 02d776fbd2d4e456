// Part of `npm run check`: each rule of PROTOCOL.md must be named by a test, as `rule 7` or `rules 1 to 5`.
import { globSync, readFileSync } from 'node:fs'
import process from 'node:process'

const sections = readFileSync('PROTOCOL.md', 'utf8').split(/^### /m).slice(1)
const named = new Set<number>()
for (const file of globSync('packages/*/test/**/*.ts', { exclude: ['**/node_modules/**'] })) {
  for (const [, list = ''] of readFileSync(file, 'utf8').matchAll(
    /\brules? ([\d ,]+(?:(?:to|and) \d+)*)/g,
  )) {
    const range = /(\d+) to (\d+)/.exec(list)
    if (range) for (let rule = Number(range[1]); rule <= Number(range[2]); rule++) named.add(rule)
    for (const [number] of list.matchAll(/\d+/g)) named.add(Number(number))
  }
}
const missing = sections.filter(
  (section) => !/^Planned:|^Planned\./m.test(section) && !named.has(Number.parseInt(section, 10)),
)
for (const section of missing) {
  console.error(`No test names rule ${section.split('\n')[0]}`)
}
process.exitCode = missing.length > 0 ? 1 : 0
