import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { targets } from '../../../../testing/targets.ts'
import { createTemporaryApp } from '../../../../testing/temporary-app.ts'
import { endpointOf, moduleOf } from './key-app.ts'

const dev = targets.filter(({ mode }) => mode === 'dev')

test.each(dev)(
  'a build of an app with two stores of one key fails, and names both places: $runtime',
  { timeout: 60_000 },
  async ({ command }) => {
    const app = await createTemporaryApp({
      ...endpointOf('one'),
      'src/lib/one.ts': moduleOf('one', 'shared'),
      ...endpointOf('two'),
      'src/lib/two.ts': `// one line down\n${moduleOf('two', 'shared')}`,
    })
    onTestFinished(() => app.remove())
    const [program, ...args] = [...command.slice(0, command.indexOf('dev')), 'build']
    // Vitest's own NODE_ENV would make it a build for development.
    const env = { ...process.env, NODE_ENV: undefined }
    const built = promisify(execFile)(program, args, { cwd: app.directory, env })
    const { code, stderr } = (await built.catch((error: unknown) => error)) as {
      code?: number
      stderr: string
    }
    expect(code).toBe(1)
    expect(stderr).toContain(`Two stores have the key 'shared'`)
    // Which is loaded first is the bundler's business.
    expect(stderr).toMatch(/made at \S*src\/lib\/(?:one\.ts:3|two\.ts:4):/)
    expect(stderr).toMatch(/the other at \S*src\/lib\/(?:one\.ts:3|two\.ts:4):/)
    expect(stderr).toContain('src/lib/one.ts:3:')
    expect(stderr).toContain('src/lib/two.ts:4:')
  },
)
