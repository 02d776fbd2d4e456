import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** Where the reports are. */
export const reports: string = join(import.meta.dirname, '..', 'reports')

/** Writes today's report of a kind, with the machine it is of, and gives its path. */
export function writeReport(
  { kind, title, script }: { kind: string; title: string; script: string },
  lines: string[],
): string {
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  const head = [`# ${title}, ${date}`, '', `${machine}. Written by \`npm run ${script}\`.`, '']
  const file = join(reports, `${kind}-${date}.md`)
  mkdirSync(reports, { recursive: true })
  writeFileSync(file, [...head, ...lines, ''].join('\n'))
  execFileSync('oxfmt', [file])
  return file
}
