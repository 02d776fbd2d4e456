// What `bun run apps/demo`, `npm run demo` and `deno task demo` run: makes the build current, then serves it.
// Only what every runtime has by itself may be imported here: a fresh clone has nothing installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'

const root = join(import.meta.dirname, '..', '..')
const bin = join(root, 'node_modules', '.bin')

function run(command: string, ...args: string[]): void {
  const { status, error, stdout } = spawnSync(command, args, {
    cwd: root,
    // The log of a build that went well says nothing that a visitor of the demo wants.
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      TURBO_TELEMETRY_DISABLED: '1',
    },
  })
  if (status === 0) return
  console.error(stdout)
  console.error(`'${command} ${args.join(' ')}' failed`, error ?? `with exit code ${status}`)
  process.exit(1)
}

if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
  console.log('Installing (once) …')
  run('npm', 'ci', '--no-audit', '--no-fund')
}
console.log('Building, if anything has changed …')
run(join(bin, 'turbo'), 'run', 'build', '--filter=demo', '--output-logs=errors-only')

// A variable, because the type checker looks for what a build has yet to make.
const server: string = './build/index.js'
await import(server)
