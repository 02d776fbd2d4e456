import { long } from '../long.ts'
import { targets } from '../targets.ts'
import { ways } from './app/config.ts'
import { runIsolation } from './run-isolation.ts'

for (const fixture of ['kit-2.70', 'kit-2.62'] as const) {
  for (const target of targets.filter(({ mode }) => mode === 'production')) {
    for (const ssr of ways) {
      runIsolation({ fixture, target, ssr, visits: long ? 10_000 : 250 })
    }
  }
}
