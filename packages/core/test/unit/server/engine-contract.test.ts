import { describe, test } from 'vitest'
import { memory } from '../../../src/server/memory/index.ts'
import { engineContract } from '../../../src/test/index.ts'

engineContract(
  { describe, test },
  {
    name: 'memory',
    open() {
      const engine = memory()
      return { one: engine, other: engine }
    },
  },
)
