// Runs a command for each way to render: `node ../app/each-way.ts vite build`.
import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { ways } from './config.ts'

const [program = '', ...args] = process.argv.slice(2)

for (const ssr of ways) {
  execFileSync(program, args, {
    stdio: 'inherit',
    // Not Vite's mode: SvelteKit prerenders in a process that is not told of it.
    env: { ...process.env, ISOLATION_SSR: ssr },
    shell: process.platform === 'win32',
  })
}
