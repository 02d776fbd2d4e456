import { longTargets } from './long-targets.ts'
import { long } from './long.ts'
import { overRedis } from './over-redis.ts'
import { target } from './targets.ts'
import type { Target } from './targets.ts'

/** For what pages do, and for faults of networks, clients and their pages; in `npm run test:long` over Redis, too. */
export const faultTargets: Target[] = [
  ...longTargets,
  ...(long ? await overRedis([target('node')]) : []),
]
