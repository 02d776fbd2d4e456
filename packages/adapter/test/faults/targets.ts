import { long } from '../../../../testing/long.ts'
import { targets } from '../../../../testing/targets.ts'
import type { Target } from '../../../../testing/targets.ts'

/** `npm test` causes the faults of the network on Node only. */
export const faultTargets: Target[] = targets.filter(
  ({ mode, runtime }) => mode === 'production' && (long || runtime === 'node'),
)
