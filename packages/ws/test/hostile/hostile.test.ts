import { describe } from 'vitest'
import { nodeWsTarget, targets } from '../../../../testing/targets.ts'
import { app } from '../../../adapter/test/run-contract.ts'
import { hostileContract } from './hostile.ts'

describe.each([
  ...targets.filter(({ name, mode }) => mode === 'production' || name === 'node dev'),
  nodeWsTarget,
])('$name', (target) => hostileContract(target, app))
