import { long } from '../long.ts'
import { targets } from '../targets.ts'
import { ways } from './app/config.ts'
import { runIsolation } from './run-isolation.ts'

for (const target of targets.filter(({ mode }) => mode === 'production')) {
  for (const ssr of ways) {
    runIsolation({ fixture: 'kit-3', target, ssr, visits: long ? 10_000 : 1_000 })
  }
}
