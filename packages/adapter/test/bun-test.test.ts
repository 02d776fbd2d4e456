import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { bin, root } from '../../../testing/run-server.ts'

test('the unit tests of an app run under `bun test` too, which knows no $app modules', async () => {
  // The demo's other tests need vitest's own helpers, and its database Node's module.
  // It says its results on stderr, and fails where a test does.
  const { stderr } = await promisify(execFile)(join(bin, 'bun'), ['test', 'test/cart.test.ts'], {
    cwd: join(root, 'apps', 'demo'),
  })
  expect(stderr).toMatch(/ [1-9]\d* pass\n 0 fail/)
})
