import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** Files that take half a minute and more, the slowest first. */
const slow = [
  'apps/demo/e2e/pages',
  'packages/adapter/test/hot-update',
  'packages/adapter/test/fleet/fleet',
  'core/test/simulation/mutants',
  'core/test/simulation/simulation',
  'packages/adapter/test/deno-dev',
  'packages/ws/test/set-ups/adapter-node',
  'packages/adapter/test/bun-dev',
  'packages/adapter/test/node-dev',
]

const rank = ({ moduleId }: TestSpecification): number => {
  const index = slow.findIndex((name) => moduleId.includes(`/${name}.test.`))
  return index < 0 ? slow.length : index
}

/**
 * Starts the slowest files first, so that none of them is alone at the end. A clean checkout knows no
 * times of an earlier run, and vitest would go by the size of files.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}
