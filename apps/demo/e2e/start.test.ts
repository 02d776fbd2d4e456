import { join } from 'node:path'
import { expect, test } from 'vitest'
import { within } from '../../../testing/eventually.ts'
import { bin, root, runServer } from '../../../testing/run-server.ts'

// What the README says, after an install. A clone without one is what CI begins with.
test.each([
  ['npm run demo', ['npm', 'run', 'demo'], /^Node 24/],
  ['npx bun run apps/demo', [join(bin, 'bun'), 'run', 'apps/demo'], /^Bun /],
  ['npx deno task demo', [join(bin, 'deno'), 'task', 'demo'], /^Deno /],
])(
  '%s serves the demo on its runtime, and Ctrl-C ends it',
  { timeout: 120_000 },
  async (_, command, runtime) => {
    const server = await runServer({ command, cwd: root, timeout: 100_000 })
    const html = await (await fetch(server.url)).text()
    expect(/This page came from <strong>(.*?)</.exec(html)?.[1]).toMatch(runtime)
    await within(server.stop('SIGINT'), 3_000, 'end')
    await expect(fetch(server.url)).rejects.toThrow()
  },
)
