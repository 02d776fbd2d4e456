import { long } from './long.ts'
import { targets } from './targets.ts'
import type { Target } from './targets.ts'

/** Production: in `npm test` on Node, in `npm run test:long` on the three runtimes. */
export const longTargets: Target[] = targets.filter(
  ({ mode, runtime }) => mode === 'production' && (long || runtime === 'node'),
)
