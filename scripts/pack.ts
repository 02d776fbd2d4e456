// `npm run pack`: whether the packages are fit to be published, and whether their public face is the one on record.
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { apiOf } from './api-of.ts'

const root = join(import.meta.dirname, '..')
const packages = join(root, 'packages')

function run(cwd: string, command: string, ...args: string[]): boolean {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return true
  console.error(
    `${command} ${args.join(' ')} in ${cwd.slice(root.length + 1) || '.'}:\n${stdout}${stderr}`,
  )
  return false
}

let fit = true
for (const name of readdirSync(packages)) {
  const folder = join(packages, name)
  fit = run(folder, 'publint', '--strict') && fit
  fit = run(folder, 'attw', '--pack', '.', '--profile', 'esm-only') && fit

  const record = join(folder, 'api.md')
  const before = readFileSync(record, { encoding: 'utf8', flag: 'a+' })
  const now = apiOf(folder)
  writeFileSync(record, now)
  if (now === before) continue
  console.error(`packages/${name}/api.md was not current; it is now. Commit it, with a changeset.`)
  console.error(
    spawnSync('git', ['diff', '--stat', '--', record], { cwd: root, encoding: 'utf8' }).stdout,
  )
  fit = false
}

try {
  execFileSync('size-limit', { cwd: root, stdio: 'inherit' })
} catch {
  fit = false
}
if (!fit) process.exit(1)
