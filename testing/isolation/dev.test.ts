import { target } from '../targets.ts'
import { runIsolation } from './run-isolation.ts'

const runs = [
  ['kit-3', 'node dev', 'async'],
  ['kit-3', 'bun dev', 'sync'],
  ['kit-3', 'deno dev', 'async'],
  ['kit-2.70', 'node dev', 'async'],
  ['kit-2.62', 'node dev', 'sync'],
] as const

// Fewer than in production: what isolates them is the same code, and Vite's server is slower. 500
// are two and a half times as many as are under way at once.
for (const [fixture, name, ssr] of runs) {
  runIsolation({ fixture, target: target(name), ssr, visits: 500 })
}
