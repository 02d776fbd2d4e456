// `npm run test:long`: the tests with large numbers, and a dated report of them in `reports/`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { reports, writeReport } from './write-report.ts'

interface Report {
  testResults: {
    assertionResults: {
      ancestorTitles: string[]
      title: string
      status: string
      duration?: number
    }[]
  }[]
}

const root = join(import.meta.dirname, '..')
const raw = join(reports, 'long.json')
mkdirSync(reports, { recursive: true })

const { status, stdout } = spawnSync(
  'vitest',
  [
    'run',
    '--project',
    'long',
    '--reporter',
    'json',
    '--reporter',
    'verbose',
    '--outputFile.json',
    raw,
  ],
  {
    cwd: root,
    env: { ...process.env, KITRT_LONG: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  },
)
process.stdout.write(stdout)

const { testResults } = JSON.parse(readFileSync(raw, 'utf8')) as Report
rmSync(raw)
const rows = testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .map(
    ({ ancestorTitles, title, status: result, duration = 0 }) =>
      `| ${[...ancestorTitles, title].join(' · ')} | ${result} | ${(duration / 1000).toFixed(1)} s |`,
  )
const said = stdout.match(/^\w+: .* of heap .*$/gm) ?? []
writeReport({ kind: 'long', title: 'Long tests', script: 'test:long' }, [
  '| test | result | time |',
  '| --- | --- | --- |',
  ...rows,
  '',
  ...said.map((line) => `- ${line}`),
])
process.exit(status ?? 1)
