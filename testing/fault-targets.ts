import { long } from './long.ts'
import { targets } from './targets.ts'
import type { Target } from './targets.ts'

/** For what pages do, and for faults of networks, clients and their pages: `npm test` has them on Node only, `npm run test:long` on the three runtimes. */
export const faultTargets: Target[] = targets.filter(
  ({ mode, runtime }) => mode === 'production' && (long || runtime === 'node'),
)
