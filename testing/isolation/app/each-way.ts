// Runs a command for each way to render: `node ../app/each-way.ts vite build`. With `--ours` before the
// command, once more for our adapter.
import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { ways } from './config.ts'

const words = process.argv.slice(2)
const ours = words[0] === '--ours'
const [program = '', ...args] = ours ? words.slice(1) : words

const environments: Record<string, string>[] = ways.map((ssr) => ({ ISOLATION_SSR: ssr }))
if (ours) environments.push({ ISOLATION_ADAPTER: 'kitrt' })

for (const environment of environments) {
  execFileSync(program, args, {
    stdio: 'inherit',
    // Not Vite's mode, nor another config: SvelteKit prerenders in a process that is not told of them.
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32',
  })
}
